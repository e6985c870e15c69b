-- What Typst needs beyond Pandoc's writer: alternative text on pictures, callouts, page breaks.

local function quoted(text)
  return '"' .. text:gsub('\\', '\\\\'):gsub('"', '\\"') .. '"'
end

local function length(text)
  local pixels = text and text:match('^([%d.]+)p?x?$')
  return pixels and ('%.2fpt'):format(tonumber(pixels) * 0.75) or text
end

-- Typst would make dashes, minus signs and ellipses of what Pandoc leaves as it was written.
function Str(str)
  local text = str.text
  if text:find('%-[-?]') or text:find('...', 1, true) or (' ' .. text):find('%W%-%d') then
    return pandoc.RawInline('typst', '#' .. quoted(text) .. ';')
  end
end

-- Pandoc's Typst writer drops the text, which PDF/UA-1 requires.
function Image(image)
  local arguments = {quoted(image.src), 'alt: ' .. quoted(pandoc.utils.stringify(image.caption))}
  for _, side in ipairs {'width', 'height'} do
    local value = length(image.attributes[side])
    if value then arguments[#arguments + 1] = side .. ': ' .. value end
  end
  return pandoc.RawInline('typst', '#box(image(' .. table.concat(arguments, ', ') .. '))')
end

-- PDF/UA-1 requires a text for formulas too; their source is how a screen reader can say them.
function Math(math)
  local set = pandoc.write(pandoc.Pandoc {pandoc.Plain {math}}, 'typst'):gsub('%s+$', '')
  return pandoc.RawInline('typst', ('#[#set math.equation(alt: %s);%s]'):format(
    quoted(math.text), set))
end

-- A short table stays on one page; a long one breaks and repeats its header row.
function Table(tbl)
  local rows = 0
  for _, body in ipairs(tbl.bodies) do rows = rows + #body.body end
  if rows > 15 then return nil end
  return {
    pandoc.RawBlock('typst', '#[#show figure: set block(breakable: false)'),
    tbl,
    pandoc.RawBlock('typst', ']'),
  }, false
end

function Div(div)
  if div.classes:includes('pagebreak') then
    return pandoc.RawBlock('typst', '#pagebreak(weak: true)')
  end
  if not div.classes:includes('callout') then return nil end
  local title = div.content[1].content[1].content
  div.content:remove(1)
  local kind = div.classes[2]:match('%-(%a+)$')
  local blocks = pandoc.Blocks {pandoc.Plain(
    pandoc.Inlines {pandoc.RawInline('typst', ('#callout("%s")['):format(kind))} .. title
    .. {pandoc.RawInline('typst', '][')})}
  blocks:extend(div.content)
  blocks:insert(pandoc.RawBlock('typst', ']'))
  return blocks
end
