-- What Quarto's own syntax means, alike for all formats, in a document whose citations are resolved:
-- conditional content, callouts, numbered headings and captions, cross-references.
--
-- A section that is written alone has in `given` what the whole numbers. That comes of the outline of
-- the document, whose `frame` names a file for it.

local stringify = pandoc.utils.stringify
local TARGET = FORMAT:match('^html') and 'html' or FORMAT
local NAMES = {fig = 'Figure', tbl = 'Table', sec = 'Section', eq = 'Equation'}
local CALLOUTS = {note = 'Note', tip = 'Tip', important = 'Important', warning = 'Warning',
  caution = 'Caution'}
local NBSP = '\u{a0}'

local numbers = {}
local given
local counts = {fig = 0, tbl = 0, eq = 0}
local levels = {0, 0, 0, 0, 0, 0}
local image_extension = ''
local number_sections = false
-- A document may begin below the level of chapters; its highest headings are its chapters.
local top_level = 6

local function kind_of(id)
  local kind = id:match('^(%a+)%-')
  return NAMES[kind] and kind
end

-- Conditional content ---------------------------------------------------------------------------

local function is_target(format)
  return format == TARGET or (format == 'pdf' and TARGET == 'typst')
end

local function is_shown(element)
  local visible = element.classes:includes('content-visible')
  if not visible and not element.classes:includes('content-hidden') then return nil end
  local when, unless = element.attributes['when-format'], element.attributes['unless-format']
  local applies = (not when or is_target(when)) and (not unless or not is_target(unless))
  return applies == visible
end

local function conditional(element)
  local shown = is_shown(element)
  if shown == nil then return nil end
  return shown and element.content or {}
end

-- Callouts: the title comes out as the first block, a div `callout-title` -----------------------

local function callout(div)
  local class = div.classes:find_if(function(name)
    return CALLOUTS[name:match('^callout%-(%a+)$')]
  end)
  if not class then return nil end
  local kind = class:match('%a+$')
  local content, title = div.content, nil
  if content[1] and content[1].t == 'Header' then
    title = content[1].content
    content:remove(1)
  end
  local head = pandoc.Div({pandoc.Plain(title or {pandoc.Str(CALLOUTS[kind])})},
    {class = 'callout-title'})
  head.attributes.kind = title and CALLOUTS[kind] or nil
  content:insert(1, head)
  local collapse = div.attributes.collapse
  return pandoc.Div(content,
    pandoc.Attr(div.identifier, {'callout', class}, {collapse = collapse})), false
end

-- Numbers ---------------------------------------------------------------------------------------

local function count_heading(level)
  levels[level] = levels[level] + 1
  for i = level + 1, 6 do levels[i] = 0 end
  return table.concat(levels, '.', 1, level)
end

local function number_heading(header)
  header.level = header.level - top_level + 1
  if not number_sections or header.classes:includes('unnumbered') then return header end
  local number = given and numbers[header.identifier] or count_heading(header.level)
  numbers[header.identifier] = number
  -- Pandoc's writers number nothing then.
  if quarto then header.classes:insert('unnumbered') end
  header.content:insert(1, pandoc.Space())
  header.content:insert(1, pandoc.Span({pandoc.Str(number)}, {class = 'section-number'}))
  return header
end

-- A part of a figure has a letter, where it can be referred to.
local function number_parts(figure, number)
  local count = 0
  figure.content = figure.content:walk {Div = function(div)
    if not div.classes:includes('panel') or div.identifier == '' then return nil end
    count = count + 1
    local letter = ('(%s)'):format(count <= 26 and string.char(96 + count) or count)
    numbers[div.identifier] = number .. NBSP .. letter
    local caption = div.content[#div.content].content[1].content
    if #caption > 0 then caption:insert(1, pandoc.Space()) end
    caption:insert(1, pandoc.Str(letter))
    return div
  end}
end

-- `$$x$$ {#eq-x}`: to Pandoc the label is a word behind.
local EQUATION = '{#eq-'

-- The number of a figure, a table or an equation.
local function number_of(kind, id)
  if not given then
    counts[kind] = counts[kind] + 1
    numbers[id] = tostring(counts[kind])
  end
  return numbers[id]
end

local function number_equations(inlines)
  local numbered = pandoc.Inlines {}
  for _, inline in ipairs(inlines) do
    local id = inline.t == 'Str' and inline.text:match('^{#(eq%-.+)}$')
    if id then
      if numbered[#numbered].t ~= 'Math' then numbered:remove() end
      local math = numbered:remove()
      math.text = math.text:gsub('%s+$', '') .. ('\\qquad(%s)'):format(number_of('eq', id))
      inline = pandoc.Span({math}, {id = id})
    end
    numbered:insert(inline)
  end
  return numbered
end

-- Lists of figures and tables that the templates place
local lists = {}

local function number_caption(element)
  local kind = kind_of(element.identifier)
  if not kind or kind == 'sec' then return nil end
  local number = number_of(kind, element.identifier)
  local caption = element.caption.long
  if #caption == 0 then caption = pandoc.Blocks {pandoc.Plain {}} end
  if element.t == 'Figure' then number_parts(element, number) end
  local label = NAMES[kind] .. NBSP .. number .. ':'
  caption[1].content:insert(1, pandoc.Space())
  caption[1].content:insert(1, pandoc.Str(label))
  element.caption = {long = caption}
  -- With its number, its references still waiting
  if lists[kind] then
    lists[kind]:insert(pandoc.MetaMap {
      id = element.identifier,
      caption = pandoc.MetaInlines(pandoc.utils.blocks_to_inlines(caption)),
    })
  end
  return element
end

-- About how many signs a line of a table takes, and how many the space beside a word does.
local SIGNS, BESIDE = 92, 2

local function longest_words(tbl)
  local found = {}
  local function look(rows)
    for _, row in ipairs(rows) do
      local column = 1
      for _, cell in ipairs(row.cells) do
        for word in pandoc.utils.stringify(cell.contents):gmatch('%S+') do
          if cell.col_span == 1 then
            found[column] = math.max(found[column] or 0, utf8.len(word) or #word)
          end
        end
        column = column + cell.col_span
      end
    end
  end
  look(tbl.head.rows)
  for _, body in ipairs(tbl.bodies) do look(body.body) end
  return found
end

-- Pandoc makes columns of a wide table as wide as their texts are long, and thus a column of short
-- texts narrower than the word at its head.
local function room_for_words(tbl)
  local widths, least, fixed = {}, {}, {}
  for i, spec in ipairs(tbl.colspecs) do widths[i] = spec[2] or 0 end
  for i, signs in pairs(longest_words(tbl)) do least[i] = (signs + BESIDE) / SIGNS end
  for _ = 1, #widths do
    local taken, free = 0, 0
    for i, width in ipairs(widths) do
      if width == 0 then return tbl end
      if width < (least[i] or 0) then fixed[i] = least[i] end
      if fixed[i] then taken = taken + fixed[i] else free = free + width end
    end
    if not next(fixed) or taken >= 1 or free == 0 then break end
    for i, width in ipairs(widths) do widths[i] = fixed[i] or width * (1 - taken) / free end
  end
  for i, spec in ipairs(tbl.colspecs) do tbl.colspecs[i] = {spec[1], widths[i]} end
  return tbl
end

local function column_widths(tbl)
  local text = tbl.attributes['tbl-colwidths']
  if not text then return room_for_words(tbl) end
  tbl.attributes['tbl-colwidths'] = nil
  local widths, total = {}, 0
  for width in text:gmatch('[%d.]+') do
    widths[#widths + 1] = tonumber(width)
    total = total + tonumber(width)
  end
  if #widths ~= #tbl.colspecs then
    error(('#%s has %d columns and tbl-colwidths %s'):format(tbl.identifier, #tbl.colspecs, text))
  end
  tbl.colspecs = tbl.colspecs:map(function(spec)
    return {spec[1], table.remove(widths, 1) / math.max(total, 100)}
  end)
  return tbl
end

-- Separators that some writers take for the end of a line -----------------------------------------

local SEPARATORS = {'\v', '\f', '\u{85}', '\u{2028}', '\u{2029}'}

local function one_line(inline)
  for _, mark in ipairs(SEPARATORS) do inline.text = inline.text:gsub(mark, ' ') end
  return inline
end

-- Raw markup that every format can show --------------------------------------------------------

local BREAKS = {br = pandoc.LineBreak(), wbr = pandoc.Str('\u{200b}')}

-- What authors say to each other in a comment is not for readers of the page's source.
local function is_comment(raw)
  local said = raw.format == 'html' and raw.text:match('^%s*<!%-%-(.-)%-%->%s*$')
  return said and not said:find('-->', 1, true)
end

local function line_break(raw)
  if is_comment(raw) then return {} end
  local name = raw.format == 'html' and raw.text:match('^<(w?br)%s*/?>$')
  if not name or FORMAT:match('^html') then return nil end
  return raw.t == 'RawInline' and BREAKS[name] or {}
end

-- Pictures --------------------------------------------------------------------------------------

local function picture(image)
  if image_extension ~= '' and not image.src:match('%.%w+$') then image.src = image.src .. '.' .. image_extension end
  local alt = image.attributes['fig-alt'] or image.attributes.alt
  image.attributes['fig-alt'], image.attributes.alt = nil, nil
  if alt then image.caption = {pandoc.Str(alt)} end
  return image
end

-- Layouts: rows of parts, each with its share of the width ---------------------------------------

local function widths_of(div, count)
  if div.attributes.layout then
    local rows = pandoc.json.decode(div.attributes.layout, false)
    return type(rows[1]) == 'table' and rows or {rows}
  end
  local rows = tonumber(div.attributes['layout-nrow'])
  local columns = tonumber(div.attributes['layout-ncol'])
    or rows and math.max(math.ceil(count / rows), 1) or 1
  local row = {}
  for i = 1, columns do row[i] = 1 end
  return {row}
end

local function row_of(blocks, widths)
  local texts, parts = {}, blocks:map(function(block)
    return pandoc.Div({block}, {class = 'layout-part'})
  end)
  for i, width in ipairs(widths) do texts[i] = ('%.4g'):format(math.abs(width)) end
  return pandoc.Div(parts, pandoc.Attr('', {'layout-row'}, {{'widths', table.concat(texts, ' ')}}))
end

-- What does not fit into the rows that were asked for goes on in rows like the last.
local function laid_out(div, parts)
  local rows, asked, at = pandoc.Blocks {}, widths_of(div, #parts), 1
  local i = 1
  while i <= #parts do
    local row = pandoc.Blocks {}
    for _, width in ipairs(asked[at]) do
      local part = width > 0 and parts[i] or pandoc.Plain {}
      if width > 0 then i = i + 1 end
      row:insert(part)
    end
    rows:insert(row_of(row, asked[at]))
    at = math.min(at + 1, #asked)
  end
  return pandoc.Div(rows, {class = 'layout'})
end

-- Each picture of a paragraph of pictures is a part.
local function parts_of(blocks)
  local parts = pandoc.Blocks {}
  for _, block in ipairs(blocks) do
    local pictures = pandoc.List {}
    for _, inline in ipairs(block.t == 'Para' and block.content or {}) do
      if inline.t == 'Image' then
        pictures:insert(inline)
      elseif inline.t ~= 'Space' and inline.t ~= 'SoftBreak' then
        pictures = pandoc.List {}
        break
      end
    end
    for _, image in ipairs(pictures) do
      local caption, id = image.caption, image.identifier
      image.identifier = ''
      local captioned = #caption > 0 or id ~= ''
      parts:insert(captioned and pandoc.Figure({pandoc.Plain {image}},
        {long = {pandoc.Plain(caption)}}, pandoc.Attr(id)) or pandoc.Para {image})
    end
    if #pictures == 0 then parts:insert(block) end
  end
  return parts
end

-- `[![caption](picture)](address)`: Pandoc makes no figure of it, and its caption would be lost.
local function linked_figure(para)
  local link = para.content[1]
  local image = #para.content == 1 and link.t == 'Link' and #link.content == 1 and link.content[1]
  if not image or image.t ~= 'Image' or #image.caption == 0 then return nil end
  local caption, id = image.caption, image.identifier
  image.identifier = ''
  return pandoc.Figure({pandoc.Plain {link}}, {long = {pandoc.Plain(caption)}}, pandoc.Attr(id))
end

local function has_layout(div)
  local given = div.attributes
  return given.layout or given['layout-ncol'] or given['layout-nrow']
end

local function layout(div)
  if not has_layout(div) then return nil end
  local block = laid_out(div, parts_of(div.content))
  block.identifier = div.identifier
  block.classes:extend(div.classes)
  return block
end

-- `:::: {.columns}` with a `::: {.column width="40%"}` for each
local function columns(div)
  if not div.classes:includes('columns') then return nil end
  local parts, widths, left, unknown = pandoc.Blocks {}, {}, 100, 0
  for _, block in ipairs(div.content) do
    local width = block.t == 'Div' and tonumber((block.attributes.width or ''):match('^([%d.]+)%%$'))
    if width then block.attributes.width = nil end
    parts:insert(block)
    widths[#parts] = width or 0
    if width then left = left - width else unknown = unknown + 1 end
  end
  for i, width in ipairs(widths) do
    if width == 0 then widths[i] = math.max(left, 10) / unknown end
  end
  return pandoc.Div({row_of(parts, widths)}, pandoc.Attr(div.identifier, {'layout'}))
end

-- What stands in the margin of Quarto's page is a note below what it belongs to: no margin of ours
-- has room for text. Columns that are wider than the text are as wide as it.
local function beside(div)
  if div.classes:includes('column-margin') or div.classes:includes('aside') then
    return pandoc.Div(div.content, pandoc.Attr(div.identifier, {'source-note'}))
  end
  return div
end

local function note(span)
  return span.classes:includes('aside') and pandoc.Note {pandoc.Para(span.content)} or nil
end

local function panel(part)
  if part.t ~= 'Figure' then return part end
  local caption = pandoc.Div({pandoc.Plain(pandoc.utils.blocks_to_inlines(part.caption.long))},
    {class = 'panel-caption'})
  local blocks = part.content
  blocks:insert(caption)
  return pandoc.Div(blocks, pandoc.Attr(part.identifier, {'panel'}))
end

-- `::: {#fig-x}` and `::: {#tbl-x}`: the last paragraph is the caption
local function float(div)
  local kind = kind_of(div.identifier)
  if (kind ~= 'fig' and kind ~= 'tbl') or #div.content < 2 then return nil end
  if div.classes:includes('panel') then return nil end
  local caption = {long = {pandoc.Plain(div.content:remove().content)}}
  if kind == 'tbl' then
    local body = div.content[1]
    body.identifier, body.caption = div.identifier, caption
    return body
  end
  local attr = pandoc.Attr(div.identifier)
  local parts = parts_of(div.content)
  if #parts == 1 and parts[1].t == 'Para' then
    return pandoc.Figure({pandoc.Plain(parts[1].content)}, caption, attr)
  end
  return pandoc.Figure({laid_out(div, parts:map(panel))}, caption, attr)
end

-- Cross-references ------------------------------------------------------------------------------

local function reference(citation)
  local key = citation.id
  local number = numbers[key]
  if not number then
    error(('@%s refers to something that is not shown in %s'):format(key, TARGET))
  end
  local text = pandoc.Inlines {}
  if citation.mode ~= 'SuppressAuthor' then
    text:extend(#citation.prefix > 0 and citation.prefix or {pandoc.Str(NAMES[kind_of(key)])})
    text:insert(pandoc.Str(NBSP))
  end
  text:insert(pandoc.Str(number))
  local link = pandoc.Link(text, '#' .. key, '', {class = 'cross-reference'})
  return pandoc.Inlines {link} .. citation.suffix
end

-- Where a citation is the sentence's subject, its link spans author and year: a list of links would
-- else be a list of years.
local function link_whole(cite)
  if #cite.citations ~= 1 or cite.citations[1].mode ~= 'AuthorInText' then return cite end
  local target
  local text = cite.content:walk {Link = function(link)
    target = target or link.target
    return link.content
  end}
  if target then cite.content = {pandoc.Link(text, target)} end
  return cite
end

-- Chicago's style calls an article of which no volume, issue or page is known "ahead of print",
-- be it decades old. That is more than the bibliography says.
local function not_early(div)
  if div.identifier ~= 'refs' then return nil end
  return div:walk {Inlines = function(inlines)
    for i = #inlines - 6, 2, -1 do
      if inlines[i - 1].t == 'Emph'
        and stringify(pandoc.Inlines {table.unpack(inlines, i, i + 6)}) == ', ahead of print.' then
        for _ = 1, 6 do inlines:remove(i + 1) end
        inlines[i] = pandoc.Str('.')
      end
    end
    return inlines
  end}
end

local function resolve(cite)
  if not kind_of(cite.citations[1].id) then return not quarto and link_whole(cite) or nil end
  local inlines = pandoc.Inlines {}
  for i, citation in ipairs(cite.citations) do
    if i > 1 then inlines:extend {pandoc.Str(','), pandoc.Space()} end
    inlines:extend(reference(citation))
  end
  return inlines
end

-- What Quarto has read ---------------------------------------------------------------------------

-- Quarto makes nodes of its own of its syntax, which become here what the rest of this file reads or
-- makes of it, and it numbers headings in each format otherwise.
local read_by_quarto = {
  FloatRefTarget = function(float)
    local long = float.caption_long
    local caption = {long = long and {pandoc.Plain(quarto.utils.as_inlines(long))} or {}}
    local blocks = quarto.utils.as_blocks(float.content)
    if float.type ~= 'Table' then
      if has_layout(float) then blocks = {laid_out(float, blocks)} end
      local figure = pandoc.Figure(blocks, caption, pandoc.Attr(float.identifier or ''))
      return float.parent_id and panel(figure) or figure
    end
    return blocks:walk {Table = function(tbl)
      tbl.caption, tbl.identifier = caption, float.identifier or ''
      return tbl
    end}
  end,
  Callout = function(node)
    local content = quarto.utils.as_blocks(node.content)
    local title = node.title and quarto.utils.as_inlines(node.title) or {}
    if #title > 0 then content:insert(1, pandoc.Header(2, title)) end
    return pandoc.Div(content, pandoc.Attr(node.attr.identifier, {'callout-' .. node.type},
      {collapse = node.collapse}))
  end,
  Cite = function(cite)
    for _, citation in ipairs(cite.citations) do
      citation.id = citation.id:gsub('^waiting%-', '')
    end
    return cite
  end,
  Str = function(str)
    local id = str.text:match('^{#waiting%-(.+)}$')
    return id and pandoc.Str('{#' .. id .. '}') or nil
  end,
  Header = function(header)
    local number, content = header.attributes.number, header.content
    header.attributes.number = nil
    number_sections = number_sections or number ~= nil
    if not number or TARGET == 'typst' or stringify(content[1]) ~= number then return header end
    content:remove(1)
    while content[1] and stringify(content[1]):match('^%.?%s*$') do content:remove(1) end
    return header
  end,
  Div = function(div)
    local is_of_cell = div.classes:find_if(function(name) return name:match('^cell') end)
    return is_of_cell and div.content or nil
  end,
}

-- Passes ----------------------------------------------------------------------------------------

-- `::: {.title-page}` goes where the format has its title.
local title_page

local function division(div)
  if div.classes:includes('title-page') then
    title_page = pandoc.MetaBlocks(div.content)
    return {}
  end
  local shown = conditional(div)
  if shown then return shown end
  return callout(div) or float(div) or columns(div) or beside(layout(div) or div)
end

local function inline(span)
  return conditional(span) or note(span)
end

-- The words of a document, with those of its notes, which Pandoc leaves out.
local function words_of(doc)
  local words = {stringify(doc)}
  doc:walk {Note = function(note) words[#words + 1] = stringify(note.content) end}
  return table.concat(words, '\n')
end

local function includes(words, parts)
  return pandoc.List(parts):find_if(function(part) return words:find(part, 1, true) end)
end

-- For the sections: what the outline of the document has numbered.
local function hand_on(doc)
  local file <close> = assert(io.open(doc.meta.frame, 'w'))
  file:write(pandoc.json.encode {numbers = numbers, top_level = top_level,
    places = pandoc.json.decode(doc.meta.places or '{}', false)})
end

-- Few passes: each visits the whole document. What is called for every word costs the most, and is
-- left out where no word asks for it.
local function structure(doc)
  local words = words_of(doc)
  local line = includes(words, SEPARATORS) and one_line or nil
  image_extension = pandoc.utils.stringify(doc.meta['image-extension'] or '')
  number_sections = number_sections or doc.meta['number-sections'] == true
  given = doc.meta.given
  if given then numbers, top_level = given.numbers, tonumber(given.top_level) end
  lists = {fig = doc.meta.lof and pandoc.List {}, tbl = doc.meta.lot and pandoc.List {}}
  doc = doc:walk {Div = division, Span = inline, Table = column_widths,
    Para = linked_figure, RawInline = line_break, RawBlock = line_break,
    Str = line, Code = line}
  if not given then
    doc:walk {Header = function(header) top_level = math.min(top_level, header.level) end}
  end
  doc = doc:walk {traverse = 'topdown', Header = number_heading, Figure = number_caption,
    Table = number_caption, Image = picture,
    Inlines = includes(words, {EQUATION}) and number_equations or nil}
  doc.meta.about = #(doc.meta['by-author'] or {}) > 0 or doc.meta.date ~= nil
  -- A walk returns a copy, so that what it did to the metadata meanwhile would be lost.
  doc.meta['title-page'] = title_page
  for kind, name in pairs {fig = 'list-of-figures', tbl = 'list-of-tables'} do
    if lists[kind] and #lists[kind] > 0 then doc.meta[name] = pandoc.MetaList(lists[kind]) end
  end
  doc = doc:walk {traverse = 'topdown', Cite = resolve}
  if doc.meta.frame then hand_on(doc) end
  if not quarto then return doc:walk {Div = not_early} end
  -- Else Pandoc would resolve citations behind all filters, and no link could span author and year.
  doc = pandoc.utils.citeproc(doc)
  doc.meta.bibliography, doc.meta.references, doc.meta.nocite = nil, nil, nil
  return doc:walk {Div = not_early, Cite = function(cite) return link_whole(cite).content end}
end

if quarto then return {read_by_quarto, {Pandoc = structure}} end
return {{Pandoc = structure}}
