-- What Word needs beyond Pandoc's writer: captions, callouts and code outputs as styled paragraphs,
-- a table of contents that is filled already, page breaks.

local stringify = pandoc.utils.stringify

local function styled(style, blocks)
  return pandoc.Div(blocks, {['custom-style'] = style})
end

local function caption_of(element)
  local inlines = pandoc.utils.blocks_to_inlines(element.caption.long)
  if element.identifier ~= '' then
    inlines = {pandoc.Span(inlines, pandoc.Attr(element.identifier))}
  end
  return styled('Caption', {pandoc.Para(inlines)})
end

function Figure(figure)
  local picture = pandoc.utils.blocks_to_inlines(figure.content)
  return {styled('Figure', {pandoc.Para(picture)}), caption_of(figure)}
end

function Table(tbl)
  if #tbl.caption.long == 0 then return nil end
  local caption = caption_of(tbl)
  tbl.caption, tbl.identifier = {}, ''
  return {caption, tbl}, false
end

function Div(div)
  if div.classes:includes('pagebreak') then
    return pandoc.RawBlock('openxml', '<w:p><w:r><w:br w:type="page"/></w:r></w:p>')
  end
  if not div.classes:includes('callout') then return nil end
  local title = div.content[1].content[1].content
  div.content:remove(1)
  -- The items of a tight list would keep a style of their own.
  local body = div.content:walk {Plain = function(plain) return pandoc.Para(plain.content) end}
  return {styled('Callout Title', {pandoc.Para(title)}), styled('Callout', body)}
end

-- A field without content stays empty until somebody updates it, and one marked dirty opens Word
-- with a question; so that the entries are written here.
local function escaped(text)
  return (text:gsub('&', '&amp;'):gsub('<', '&lt;'):gsub('>', '&gt;'))
end

local function run(content)
  return '<w:r>' .. content .. '</w:r>'
end

local function field(kind)
  return run(('<w:fldChar w:fldCharType="%s"/>'):format(kind))
end

local function entry(header, before, after)
  local link = ('<w:hyperlink w:anchor="%s" w:history="1">%s</w:hyperlink>'):format(
    escaped(header.identifier),
    run('<w:t xml:space="preserve">' .. escaped(stringify(header.content)) .. '</w:t>'))
  return ('<w:p><w:pPr><w:pStyle w:val="TOC%d"/></w:pPr>%s%s%s</w:p>'):format(
    header.level, before, link, after)
end

local function contents(doc, depth, title)
  local headers = pandoc.List {}
  doc:walk {Header = function(header)
    if header.level <= depth then headers:insert(header) end
  end}
  local xml = {('<w:p><w:pPr><w:pStyle w:val="TOCHeading"/></w:pPr>%s</w:p>'):format(
    run('<w:t>' .. escaped(title) .. '</w:t>'))}
  local code = (' TOC \\o "1-%d" \\h \\z \\u '):format(depth)
  local begin = field('begin') .. run('<w:instrText xml:space="preserve">' .. code
    .. '</w:instrText>') .. field('separate')
  for i, header in ipairs(headers) do
    xml[#xml + 1] = entry(header, i == 1 and begin or '', i == #headers and field('end') or '')
  end
  return pandoc.RawBlock('openxml', table.concat(xml))
end

function Pandoc(doc)
  if doc.meta.contents then
    local depth = tonumber(stringify(doc.meta.contents))
    doc.blocks:insert(1, contents(doc, depth, stringify(doc.meta['toc-title'])))
  end
  return doc
end
