-- Before citeproc, which reads `@fig-x` as a citation: cross-references become spans that it leaves
-- alone, and that structure.lua resolves for each format.

local KINDS = {fig = true, tbl = true, sec = true}

local function waiting(citation)
  local attributes = {{'key', citation.id}, {'mode', citation.mode}}
  return pandoc.Span({pandoc.Span(citation.prefix), pandoc.Span(citation.suffix)},
    pandoc.Attr('', {}, attributes))
end

function Cite(cite)
  if not KINDS[cite.citations[1].id:match('^(%a+)%-')] then return nil end
  return pandoc.Span(cite.citations:map(waiting), pandoc.Attr('', {'cross-references'}))
end
