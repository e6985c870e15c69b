-- Quarto would resolve references to figures, tables and sections, in each format otherwise. So
-- named, they wait for `structure.lua`, which numbers alike for both engines.

return {{
  Cite = function(cite)
    for _, citation in ipairs(cite.citations) do
      local kind = citation.id:match('^(%a+)%-')
      if kind == 'fig' or kind == 'tbl' or kind == 'sec' then
        citation.id = 'waiting-' .. citation.id
      end
    end
    return cite
  end,
}}
