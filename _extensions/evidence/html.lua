-- What HTML needs beyond Pandoc's writer: headings below the title's h1, tables and figures that
-- scroll in their own region, header cells named as such, key figures, callouts.

if not FORMAT:match('^html') then return {} end

local stringify = pandoc.utils.stringify

function Header(header)
  header.level = math.min(header.level + 1, 6)
  return header
end

-- A region that scrolls by itself where it must; a list keeps its order, which the bytes follow.
local function scrolling(blocks, label)
  local attributes = {{'role', 'region'}, {'tabindex', '0'}, {'aria-label', label}}
  return pandoc.Div(blocks, pandoc.Attr('', {'scroll'}, attributes))
end

-- A row is named by its first cell, where all rows have one and none says more.
local function name_rows(tbl)
  if #tbl.colspecs < 2 then return end
  local named = true
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do
      named = named and body.row_head_columns == 0 and stringify(row.cells[1].contents) ~= ''
    end
  end
  for _, body in ipairs(tbl.bodies) do
    if named then body.row_head_columns = 1 end
    -- For how many rows more a header counts.
    local spans = {}
    for _, row in ipairs(body.body) do
      local at = 1
      for column = 1, body.row_head_columns do
        if (spans[column] or 0) > 0 then
          spans[column] = spans[column] - 1
        else
          local cell = row.cells[at]
          cell.attr.attributes.scope = cell.row_span > 1 and 'rowgroup' or 'row'
          spans[column], at = cell.row_span - 1, at + 1
        end
      end
    end
  end
end

-- Regions of one name could not be told apart.
local uncaptioned = 0

function Table(tbl)
  for _, row in ipairs(tbl.head.rows) do
    for _, cell in ipairs(row.cells) do cell.attr.attributes.scope = 'col' end
  end
  name_rows(tbl)
  local label = stringify(tbl.caption.long)
  if label == '' then
    uncaptioned = uncaptioned + 1
    label = 'Table without caption ' .. uncaptioned
  end
  return scrolling({tbl}, label), false
end

function Figure(figure)
  if figure.content[1].t == 'Div' then return nil end
  local label = stringify(figure.caption.long):match('^(.-):') or 'Figure'
  figure.content = {scrolling(figure.content, label)}
  return figure
end

-- Number and sentence of a key figure belong together: a card.
local function cards(list)
  local blocks = pandoc.Blocks {pandoc.RawBlock('html', '<dl>')}
  local function within(tag, content)
    blocks:insert(pandoc.RawBlock('html', '<' .. tag .. '>'))
    blocks:extend(content)
    blocks:insert(pandoc.RawBlock('html', '</' .. tag .. '>'))
  end
  for _, item in ipairs(list.content) do
    blocks:insert(pandoc.RawBlock('html', '<div>'))
    within('dt', {pandoc.Plain(item[1])})
    for _, definition in ipairs(item[2]) do within('dd', definition) end
    blocks:insert(pandoc.RawBlock('html', '</div>'))
  end
  blocks:insert(pandoc.RawBlock('html', '</dl>'))
  return blocks
end

-- Lists of figures and tables are links throughout: no other link, note or anchor fits within.
function Meta(meta)
  for _, name in ipairs {'list-of-figures', 'list-of-tables'} do
    for _, entry in ipairs(meta[name] or {}) do
      entry.caption = pandoc.Inlines(entry.caption):walk {
        Link = function(link) return link.content end,
        Span = function(span) return span.content end,
        Note = function() return {} end,
      }
    end
  end
  return meta
end

local function title_of(div)
  local title = div.content[1]
  local inlines = title.content[1].content
  if title.attributes.kind then
    local kind = pandoc.Span(title.attributes.kind .. ': ', {class = 'visually-hidden'})
    inlines:insert(1, kind)
  end
  return inlines
end

-- Quarto counts the title's level among those that its contents go down.
if quarto then
  function Pandoc(doc)
    local options = pandoc.WriterOptions(PANDOC_WRITER_OPTIONS)
    options.toc_depth = options.toc_depth + 1
    doc.meta['table-of-contents'] = pandoc.Blocks {pandoc.structure.table_of_contents(doc, options)}
    return doc
  end
end

-- Code that a reader may open
function CodeBlock(code)
  local fold, summary = code.attributes['code-fold'], code.attributes['code-summary']
  if not fold then return nil end
  code.attributes['code-fold'], code.attributes['code-summary'] = nil, nil
  local opening = pandoc.Inlines {
    pandoc.RawInline('html', fold == 'show' and '<details open><summary>' or '<details><summary>'),
    pandoc.Str(summary or 'Code'), pandoc.RawInline('html', '</summary>')}
  return {pandoc.Plain(opening), code, pandoc.RawBlock('html', '</details>')}
end

function Div(div)
  -- A page has no sides here, small type is for paper, and a heading in a div would begin no section.
  if div.classes:includes('landscape') or div.classes:includes('compact') then return div.content end
  if div.attributes.widths then
    local shares = div.attributes.widths:gsub('[%d.]+', 'minmax(0, %0fr)')
    div.attributes = {style = '--columns: ' .. shares}
    return div
  end
  if div.classes:includes('key-figures') then
    return div:walk {DefinitionList = cards}
  end
  if not div.classes:includes('callout') then return nil end
  local title = title_of(div)
  div.content:remove(1)
  if div.attributes.collapse == 'true' then
    local opening = ('<details class="%s"><summary class="callout-title">'):format(
      table.concat(div.classes, ' '))
    local blocks = pandoc.Blocks {pandoc.Plain(
      pandoc.Inlines {pandoc.RawInline('html', opening)} .. title
      .. {pandoc.RawInline('html', '</summary>')})}
    blocks:extend(div.content)
    blocks:insert(pandoc.RawBlock('html', '</details>'))
    return blocks
  end
  div.attributes.collapse = nil
  div.attributes.role = 'note'
  div.content:insert(1, pandoc.Div({pandoc.Para(title)}, {class = 'callout-title'}))
  return div
end
