-- What HTML needs beyond Pandoc's writer: headings below the title's h1, tables that scroll in
-- their own region and name their header cells, callouts, page breaks.

local stringify = pandoc.utils.stringify

function Header(header)
  header.level = math.min(header.level + 1, 6)
  return header
end

function Table(tbl)
  for _, row in ipairs(tbl.head.rows) do
    for _, cell in ipairs(row.cells) do cell.attr.attributes.scope = 'col' end
  end
  local label = stringify(tbl.caption.long)
  if label == '' then label = 'Table' end
  -- A list keeps its order, which the file's bytes follow.
  local attributes = {{'role', 'region'}, {'tabindex', '0'}, {'aria-label', label}}
  return pandoc.Div({tbl}, pandoc.Attr('', {'table-scroll'}, attributes)), false
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

function Div(div)
  if div.classes:includes('pagebreak') then return div end
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
