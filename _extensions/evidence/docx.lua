-- What Word needs beyond Pandoc's writer: numbers, references and lists as fields that Word can
-- renumber, and blocks as paragraphs with styles. Sections and tables are finished in word/.

if not FORMAT:match('^docx') then return {} end

local stringify = pandoc.utils.stringify
local NBSP = '\u{a0}'

local function raw(xml)
  return pandoc.RawInline('openxml', xml)
end

local function escaped(text)
  return (text:gsub('&', '&amp;'):gsub('<', '&lt;'):gsub('>', '&gt;'):gsub('"', '&quot;'))
end

-- Fields and bookmarks --------------------------------------------------------------------------

local function run(content, style)
  local look = style and ('<w:rPr><w:rStyle w:val="%s"/></w:rPr>'):format(style) or ''
  return '<w:r>' .. look .. content .. '</w:r>'
end

local function words(text, style)
  return run('<w:t xml:space="preserve">' .. escaped(text) .. '</w:t>', style)
end

local function opened(code, style)
  return run('<w:fldChar w:fldCharType="begin"/>', style)
    .. run('<w:instrText xml:space="preserve"> ' .. escaped(code) .. ' </w:instrText>', style)
    .. run('<w:fldChar w:fldCharType="separate"/>', style)
end

local CLOSED = run('<w:fldChar w:fldCharType="end"/>')

-- A field holds its value already: one without stays empty until somebody updates it, and one
-- marked dirty opens Word with a question.
local function field(code, value, style)
  return opened(code, style) .. words(value, style) .. CLOSED
end

-- Names as Word's own: hidden, of letters and digits, and 40 characters at most.
local function name(kind, id)
  return '_' .. kind .. pandoc.utils.sha1(id):sub(1, 16)
end

-- Pandoc counts its bookmarks from below.
local marks = 1000000

local function marked(bookmark, xml)
  marks = marks + 1
  return ('<w:bookmarkStart w:id="%d" w:name="%s"/>%s<w:bookmarkEnd w:id="%d"/>'):format(
    marks, bookmark, xml, marks)
end

-- A section's number is made of its chapter's, which the field only repeats, and a count within
-- the chapter. LibreOffice can't begin a count anew, so that each chapter counts for itself.
local function section_number(number)
  local xml, sequence = {}, 'Section'
  local parts = pandoc.List {}
  for part in number:gmatch('%d+') do parts:insert(part) end
  for i, part in ipairs(parts) do
    local code = 'SEQ ' .. sequence .. (i < #parts and ' \\c' or ' \\* ARABIC')
    xml[#xml + 1] = field(code, part)
    sequence = i == 1 and 'Section_' .. part or sequence .. '_' .. part
  end
  return table.concat(xml, words('.'))
end

local function number_heading(header)
  local first = header.content[1]
  if first and first.t == 'Span' and first.classes:includes('section-number') then
    local number = section_number(stringify(first))
    header.content[1] = raw(marked(name('Num', header.identifier), number))
  end
  local place = marked(name('Toc', header.identifier), '')
  header.content:insert(1, raw(place))
  return header
end

local function caption_of(element)
  local inlines = pandoc.utils.blocks_to_inlines(element.caption.long)
  local label = inlines[1] and inlines[1].text
  local kind, number = (label or ''):match('^(%a+)' .. NBSP .. '(%d+):$')
  if kind then
    local count = field('SEQ ' .. kind .. ' \\* ARABIC', number)
    inlines[1] = raw(marked(name('Ref', element.identifier),
      words(kind .. NBSP) .. marked(name('Num', element.identifier), count)) .. words(':'))
  end
  if element.identifier ~= '' then
    inlines = {pandoc.Span(inlines, pandoc.Attr(element.identifier))}
  end
  return inlines
end

local function cross_reference(link)
  if not link.classes:includes('cross-reference') then return nil end
  local id, text = link.target:sub(2), stringify(link.content)
  local kind, number = text:match('^(%a+)' .. NBSP .. '([%d.]+)$')
  -- An equation, or a part of a figure, has no field.
  if id:match('^eq%-') or not text:match('%d$') then return nil end
  local whole = kind == 'Figure' or kind == 'Table'
  local before = ''
  if not whole then before, number = text:match('^(.-)([%d.]+)$') end
  local bookmark = name(whole and 'Ref' or 'Num', id)
  return raw((before == '' and '' or words(before, 'CrossReference'))
    .. field('REF ' .. bookmark .. ' \\h \\* MERGEFORMAT', whole and text or number,
      'CrossReference'))
end

-- The way back from a file that a reviewer returns: paragraphs and list items of the text carry a
-- bookmark that nobody sees, named `_p` and the first ten hexadecimal digits of the SHA-1 of their
-- text, of which only ASCII letters and digits count. `mark_of` in evidence/review/word.py makes the
-- same name. A short text says too little to be known by, and a repeated one is marked once.
local SHORTEST_MARKED = 20

local function mark_paragraphs(doc)
  local seen = {}
  local function mark(block)
    local first = block.content[1]
    local alone = #block.content == 1 and (first.t == 'Image' or first.t == 'Math')
    local text = stringify(block.content):gsub('[^A-Za-z0-9]', '')
    if #text < SHORTEST_MARKED or alone or (first.identifier or '') ~= '' then return nil, false end
    local id = '_p' .. pandoc.utils.sha1(text):sub(1, 10)
    if seen[id] then return nil, false end
    seen[id] = true
    block.content:insert(1, raw(marked(id, '')))
    return block, false
  end
  return doc:walk {
    traverse = 'topdown',
    Para = mark,
    Plain = mark,
    Table = function() return nil, false end,
    -- Its number is a field by now, and it has a bookmark of its own.
    Div = function(div)
      if div.attributes['custom-style'] == 'Caption' then return nil, false end
    end,
  }
end

-- Blocks ----------------------------------------------------------------------------------------

local function styled(style, blocks)
  return pandoc.Div(blocks, {['custom-style'] = style})
end

function Figure(figure)
  local caption = styled('Caption', {pandoc.Para(caption_of(figure))})
  if figure.content[1].t == 'Div' then return figure.content .. {caption} end
  local picture = pandoc.utils.blocks_to_inlines(figure.content)
  return {styled('Figure', {pandoc.Para(picture)}), caption}
end

-- A part of a figure: its picture, and below it its letter and caption
local function panel(div)
  local caption = div.content:remove().content[1].content
  if div.identifier ~= '' then caption = {pandoc.Span(caption, {id = div.identifier})} end
  local picture = pandoc.utils.blocks_to_inlines(div.content)
  return {styled('Figure', {pandoc.Para(picture)}), styled('Source Note', {pandoc.Para(caption)})}
end

-- Pages are narrow, and a table that only places things is read as one: parts follow one another.
local function parts_of(row)
  local blocks = pandoc.Blocks {}
  for _, part in ipairs(row.content) do blocks:extend(part.content) end
  return blocks
end

function Table(tbl)
  if #tbl.caption.long == 0 then return nil end
  local caption = styled('Caption', {pandoc.Para(caption_of(tbl))})
  tbl.caption, tbl.identifier = {}, ''
  return {caption, tbl}, false
end

function BlockQuote(quote)
  return styled('Quote', quote.content)
end

-- The items of a tight list would keep a style of their own.
local function as_paragraphs(blocks)
  return blocks:walk {Plain = function(plain) return pandoc.Para(plain.content) end}
end

-- What has a look of its own keeps it.
local function small(blocks)
  return as_paragraphs(blocks):map(function(block)
    if block.t == 'Div' and not block.attributes['custom-style'] and block.identifier ~= 'refs' then
      block.content = small(block.content)
      return block
    end
    local own = block.t == 'Header' or block.t == 'Div' or block.t == 'RawBlock'
    return own and block or styled('Small Text', {block})
  end)
end

local function key_figures(list)
  local blocks = pandoc.Blocks {}
  for _, item in ipairs(list.content) do
    local number = pandoc.Inlines {pandoc.Strong(item[1]), pandoc.RawInline('openxml', '<w:r><w:tab/></w:r>')}
    local told = pandoc.Blocks {}
    for _, definition in ipairs(item[2]) do told:extend(as_paragraphs(definition)) end
    if told[1] and told[1].t == 'Para' then
      told[1].content = number .. told[1].content
    else
      told:insert(1, pandoc.Para(number))
    end
    blocks:insert(styled('Key Figure', told))
  end
  return blocks
end

local function capital(word)
  return (word:gsub('^%l', string.upper))
end

-- Whether the `reference-doc` is of the engine's making: sections then can have its running heads.
local function has_heads()
  local path = PANDOC_WRITER_OPTIONS.reference_doc
  local file = path and io.open(path, 'rb')
  if not file then return false end
  local archive = pandoc.zip.Archive(file:read('a'))
  file:close()
  return pandoc.List(archive.entries):find_if(function(entry)
    return entry.path == 'word/_rels/document.xml.rels'
      and entry:contents():find('rIdHeaderLandscape', 1, true)
  end) ~= nil
end

local heads
local sections = 0

-- The end of a section: how its pages lie, and whether its text stands in columns.
local function section(shape, columns)
  if heads == nil then heads = has_heads() end
  local width, height = 11906, 16838
  if shape == 'landscape' then width, height = height, width end
  local running = ''
  for _, kind in ipairs(heads and {'header', 'footer'} or {}) do
    running = running .. ('<w:%sReference w:type="default" r:id="rId%s%s"/>'):format(kind,
      capital(kind), capital(shape))
  end
  sections = sections + 1
  return pandoc.RawBlock('openxml', ('<w:p><w:pPr><w:sectPr>' .. running
    .. (columns and '<w:type w:val="continuous"/>' or '')
    .. '<w:pgSz w:w="%d" w:h="%d" w:orient="%s"/><w:pgMar w:top="1418" w:right="1418" '
    .. 'w:bottom="1418" w:left="1418" w:header="709" w:footer="709" w:gutter="0"/>'
    .. (columns and ('<w:cols w:num="%d" w:space="340"/>'):format(columns) or '')
    .. (sections == 1 and '<w:titlePg/>' or '') .. '</w:sectPr></w:pPr></w:p>'):format(width,
    height, shape))
end

local function as_section(content, ...)
  content:insert(1, section('portrait'))
  content:insert(section(...))
  return content
end

function Div(div)
  if div.classes:includes('pagebreak') then
    return pandoc.RawBlock('openxml', '<w:p><w:r><w:br w:type="page"/></w:r></w:p>')
  elseif div.classes:includes('landscape') then
    return as_section(div.content, 'landscape')
  elseif div.classes:includes('two-columns') then
    return as_section(div.content, 'portrait', 2)
  elseif div.classes:includes('compact') then
    return small(div.content)
  elseif div.attributes.widths then
    return parts_of(div)
  elseif div.classes:includes('panel') then
    return panel(div)
  elseif div.classes:includes('source-note') then
    return styled('Source Note', as_paragraphs(div.content))
  elseif div.classes:includes('key-figures') then
    return div.content:walk {DefinitionList = key_figures}
  elseif div.classes:includes('callout') then
    local title = div.content[1].content[1].content
    div.content:remove(1)
    return {styled('Callout Title', {pandoc.Para(title)}),
      styled('Callout', as_paragraphs(div.content))}
  end
end

-- Title page: a label, a tab and what it names
local function details(list)
  local blocks = pandoc.Blocks {}
  for _, item in ipairs(list.content) do
    local label = pandoc.Span(item[1], {['custom-style'] = 'Detail Label'})
    local inlines = pandoc.Inlines {label, raw(run('<w:tab/>'))}
    for i, definition in ipairs(item[2]) do
      if i > 1 then inlines:extend {pandoc.LineBreak()} end
      inlines:extend(pandoc.utils.blocks_to_inlines(definition))
    end
    blocks:insert(styled('Title Page Detail', {pandoc.Para(inlines)}))
  end
  return blocks
end

-- Lists of what the document holds --------------------------------------------------------------

-- Nobody knows the pages before Word has set them, so that entries have no page numbers until
-- somebody updates the field.
local function list(heading, title, code, entries, breaks)
  local xml = {('<w:p><w:pPr><w:pStyle w:val="%s"/>%s</w:pPr>%s</w:p>'):format(heading,
    breaks and '<w:pageBreakBefore/>' or '', words(title))}
  for i, item in ipairs(entries) do
    local link = ('<w:hyperlink w:anchor="%s" w:history="1">%s</w:hyperlink>'):format(
      item.bookmark, words(item.text))
    xml[#xml + 1] = ('<w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr>%s%s%s</w:p>'):format(item.style,
      i == 1 and opened(code) or '', link, i == #entries and CLOSED or '')
  end
  return pandoc.RawBlock('openxml', table.concat(xml))
end

local function contents(doc)
  local given = doc.meta['toc-depth']
  local depth = given and tonumber(stringify(given)) or PANDOC_WRITER_OPTIONS.toc_depth
  local entries = pandoc.List {}
  doc:walk {Header = function(header)
    if header.level <= depth and not header.classes:includes('unlisted') then
      entries:insert {style = 'TOC' .. header.level, bookmark = name('Toc', header.identifier),
        text = stringify(header.content)}
    end
  end}
  local code = ('TOC \\o "1-%d" \\h \\z \\u'):format(depth)
  return list('TOCHeading', stringify(doc.meta['toc-title']), code, entries)
end

local function floats(captions, title, kind, breaks)
  local entries = pandoc.List(captions):map(function(item)
    return {style = 'TableofFigures', bookmark = name('Ref', stringify(item.id)),
      text = stringify(item.caption)}
  end)
  return list('ListHeading', title, ('TOC \\h \\z \\c "%s"'):format(kind), entries, breaks)
end

local function lists(doc)
  local blocks = pandoc.Blocks {}
  -- Quarto keeps what it asks Pandoc for out of the metadata.
  if doc.meta.toc or PANDOC_WRITER_OPTIONS.table_of_contents then blocks:insert(contents(doc)) end
  local figures, tables = doc.meta['list-of-figures'], doc.meta['list-of-tables']
  -- LibreOffice keeps no heading with an index, so that the first begins a page.
  if figures then blocks:insert(floats(figures, 'List of figures', 'Figure', true)) end
  if tables then blocks:insert(floats(tables, 'List of tables', 'Table', not figures)) end
  return blocks
end

local SPACES = {Space = true, SoftBreak = true}

-- A comment, which Word doesn't get, would leave the spaces on both its sides.
local function single_spaces(inlines)
  local last
  local kept = inlines:filter(function(inline)
    local kind = inline.t
    if kind == 'RawInline' and inline.format == 'html' or SPACES[kind] and SPACES[last] then
      return false
    end
    last = kind
    return true
  end)
  return #kept < #inlines and kept or nil
end

-- In whose place the sections go that are written alone, as `formats/word/joined.py` has it.
local MARKER = 'body-of-the-document'

function Pandoc(doc)
  local before = lists(doc)
  if doc.meta.frame then doc.blocks = {pandoc.Para {pandoc.Str(MARKER)}} end
  doc = mark_paragraphs(doc)
  doc = doc:walk {Header = number_heading, Link = cross_reference, Inlines = single_spaces}
  doc.blocks = before .. doc.blocks
  local page = doc.meta['title-page']
  if page then doc.meta['title-page'] = pandoc.Blocks(page):walk {DefinitionList = details} end
  doc.meta.subject = doc.meta.subject or doc.meta.subtitle
  return doc
end
