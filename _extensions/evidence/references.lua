-- Quarto would number equations and resolve references, in each format otherwise. So named, they
-- wait for `structure.lua`, which numbers alike for both engines.

local KINDS = {fig = true, tbl = true, sec = true, eq = true}

return {{
  Cite = function(cite)
    for _, citation in ipairs(cite.citations) do
      if KINDS[citation.id:match('^(%a+)%-')] then citation.id = 'waiting-' .. citation.id end
    end
    return cite
  end,
  Str = function(str)
    local id = str.text:match('^{#(eq%-.+)}$')
    return id and pandoc.Str('{#waiting-' .. id .. '}') or nil
  end,
}}
