-- What Quarto's own syntax means, alike for all formats, in a document whose citations are resolved:
-- conditional content, callouts, numbered headings and captions, cross-references.

local TARGET = FORMAT:match('^html') and 'html' or FORMAT
local NAMES = {fig = 'Figure', tbl = 'Table', sec = 'Section'}
local CALLOUTS = {note = 'Note', tip = 'Tip', important = 'Important', warning = 'Warning',
  caution = 'Caution'}
local NBSP = '\u{a0}'

local numbers = {}
local counts = {fig = 0, tbl = 0}
local levels = {0, 0, 0, 0, 0, 0}
local image_extension = ''
local number_sections = false

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
  if div.attributes.title then
    title = pandoc.read(div.attributes.title, 'markdown').blocks[1].content
  elseif content[1] and content[1].t == 'Header' then
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

local function number_heading(header)
  if not number_sections or header.classes:includes('unnumbered') then return nil end
  local level = header.level
  levels[level] = levels[level] + 1
  for i = level + 1, 6 do levels[i] = 0 end
  local number = table.concat(levels, '.', 1, level)
  numbers[header.identifier] = number
  header.content:insert(1, pandoc.Space())
  header.content:insert(1, pandoc.Span({pandoc.Str(number)}, {class = 'section-number'}))
  return header
end

-- Lists of figures and tables that the templates place
local lists = {}

local function number_caption(element)
  local kind = kind_of(element.identifier)
  if not kind or kind == 'sec' then return nil end
  counts[kind] = counts[kind] + 1
  numbers[element.identifier] = tostring(counts[kind])
  local caption = element.caption.long
  if #caption == 0 then caption = pandoc.Blocks {pandoc.Plain {}} end
  local label = NAMES[kind] .. NBSP .. counts[kind] .. ':'
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

local function column_widths(tbl)
  local text = tbl.attributes['tbl-colwidths']
  if not text then return tbl end
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

-- `::: {#fig-x}` and `::: {#tbl-x}`: the last paragraph is the caption
local function float(div)
  local kind = kind_of(div.identifier)
  if not kind or kind == 'sec' or #div.content ~= 2 then return nil end
  local body, caption = div.content[1], div.content[2]
  if kind == 'tbl' and body.t == 'Table' then
    body.identifier = div.identifier
    body.caption = {long = {pandoc.Plain(caption.content)}}
    return body
  end
  return pandoc.Figure({pandoc.Plain(body.content)}, {long = {pandoc.Plain(caption.content)}},
    pandoc.Attr(div.identifier))
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
  if #cite.citations ~= 1 or cite.citations[1].mode ~= 'AuthorInText' then return nil end
  local target
  local text = cite.content:walk {Link = function(link)
    target = target or link.target
    return link.content
  end}
  if target then cite.content = {pandoc.Link(text, target)} end
  return cite
end

local function resolve(cite)
  if not kind_of(cite.citations[1].id) then return link_whole(cite) end
  local inlines = pandoc.Inlines {}
  for i, citation in ipairs(cite.citations) do
    if i > 1 then inlines:extend {pandoc.Str(','), pandoc.Space()} end
    inlines:extend(reference(citation))
  end
  return inlines
end

-- Pictures --------------------------------------------------------------------------------------

local function picture(image)
  if not image.src:match('%.%w+$') then image.src = image.src .. '.' .. image_extension end
  local alt = image.attributes['fig-alt'] or image.attributes.alt
  image.attributes['fig-alt'], image.attributes.alt = nil, nil
  if alt then image.caption = {pandoc.Str(alt)} end
  return image
end

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
  return callout(div) or float(div)
end

-- Few passes: each visits the whole document.
function Pandoc(doc)
  image_extension = pandoc.utils.stringify(doc.meta['image-extension'] or '')
  number_sections = doc.meta['number-sections'] == true
  lists = {fig = doc.meta.lof and pandoc.List {}, tbl = doc.meta.lot and pandoc.List {}}
  doc = doc:walk {Div = division, Span = conditional, Image = picture, Table = column_widths}
  doc = doc:walk {traverse = 'topdown', Header = number_heading, Figure = number_caption,
    Table = number_caption}
  -- A walk returns a copy, so that what it did to the metadata meanwhile would be lost.
  doc.meta['title-page'] = title_page
  for kind, name in pairs {fig = 'list-of-figures', tbl = 'list-of-tables'} do
    if lists[kind] and #lists[kind] > 0 then doc.meta[name] = pandoc.MetaList(lists[kind]) end
  end
  return doc:walk {traverse = 'topdown', Cite = resolve}
end
