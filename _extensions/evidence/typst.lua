-- What Typst needs beyond Pandoc's writer: alternative text on pictures, what stays together, and
-- divisions that the template has a look for.

if not FORMAT:match('^typst') then return {} end

local stringify = pandoc.utils.stringify

local function quoted(text)
  return '"' .. text:gsub('\\', '\\\\'):gsub('"', '\\"') .. '"'
end

local function length(text)
  local share = text and tonumber(text:match('^([%d.]+)%%$'))
  if share then return math.min(share, 100) .. '%' end
  local pixels = text and text:match('^([%d.]+)p?x?$')
  return pixels and ('%.2fpt'):format(tonumber(pixels) * 0.75) or text
end

-- Typst would make dashes, minus signs and ellipses of what Pandoc leaves as it was written, and
-- Pandoc hands it straight quotation marks to be bent.
local function literal(str)
  local text = str.text
  -- Most words have nothing of the kind; all these quotation marks begin with one byte.
  if not text:find('[%-.\xe2]') then return nil end
  if text:find('\u{2018}') or text:find('\u{2019}') or text:find('\u{201c}') or text:find('\u{201d}')
    or text:find('%-[-?]') or text:find('...', 1, true) or (' ' .. text):find('%W%-%d') then
    return pandoc.RawInline('typst', '#' .. quoted(text) .. ';')
  end
end

local function quotation(quoted_text)
  local marks = quoted_text.quotetype == 'SingleQuote' and {'\u{2018}', '\u{2019}'}
    or {'\u{201c}', '\u{201d}'}
  local inlines = quoted_text.content
  inlines:insert(1, pandoc.RawInline('typst', '#"' .. marks[1] .. '";'))
  inlines:insert(pandoc.RawInline('typst', '#"' .. marks[2] .. '";'))
  return inlines
end

local function begins_block(str)
  local mark = str.text:match('^[=+/-]+') or str.text:match('^%d+%.')
  return mark and (mark == str.text or str.text:find('^[^%w%p]', #mark + 1))
end

local NO_TEXT = {Space = true, SoftBreak = true, LineBreak = true}

-- Pandoc escapes the mark of a heading or a list where a paragraph begins, but in cells, within
-- other marks and after line breaks it does not.
local function no_blocks(inlines)
  local at_start = true
  for i, inline in ipairs(inlines) do
    if at_start and inline.t == 'Str' and begins_block(inline) then
      inlines[i] = pandoc.RawInline('typst', '#' .. quoted(inline.text) .. ';')
    end
    at_start = inline.t == 'SoftBreak' or inline.t == 'LineBreak'
      or at_start and NO_TEXT[inline.t]
  end
  return inlines
end

-- Inlines within square brackets that Typst reads as content.
local function bracketed(before, inlines, after)
  local all = pandoc.Inlines {pandoc.RawInline('typst', before .. '[')}
  all:extend(inlines)
  all:insert(pandoc.RawInline('typst', ']' .. after))
  return all
end

-- Contents and lists repeat what they list, but not its notes.
local function unlisted(inlines)
  return inlines:walk {Note = function(note) return bracketed('#unlisted', {note}, ''), false end}
end

local function heading(header)
  header.content = unlisted(header.content)
  return header
end

local function figure_with_caption(figure)
  figure.caption = {long = figure.caption.long:walk {Inlines = unlisted}}
  return figure
end

-- Pandoc's Typst writer drops the text, which PDF/UA-1 requires.
local function picture(image)
  local arguments = {quoted(image.src), 'alt: ' .. quoted(stringify(image.caption))}
  for _, side in ipairs {'width', 'height'} do
    local value = length(image.attributes[side])
    if value and image.attributes.width and image.attributes.height and side == 'height' then
      arguments[#arguments + 1] = 'fit: "contain"'
    end
    if value then arguments[#arguments + 1] = side .. ': ' .. value end
  end
  return pandoc.RawInline('typst', '#box(image(' .. table.concat(arguments, ', ') .. '))')
end

-- PDF/UA-1 requires a text for formulas too; their source is how a screen reader can say them.
local function formula(math)
  local set = pandoc.write(pandoc.Pandoc {pandoc.Plain {math}}, 'typst'):gsub('%s+$', '')
  return pandoc.RawInline('typst', ('#[#set math.equation(alt: %s);%s]'):format(
    quoted(math.text), set))
end

local function raw(text)
  return pandoc.RawBlock('typst', text)
end

local function enclosed(before, blocks, after)
  local all = pandoc.Blocks {raw(before)}
  all:extend(blocks)
  all:insert(raw(after))
  return all
end

-- Tables ----------------------------------------------------------------------------------------

-- In millimetres, by the template's type size: a guess that errs on the high side.
local LINE, PADDING = 4.1, 1.7
local CHARACTERS_A_LINE = 95
local TALL_TABLE, TALL_ROW = 95, 120
-- The guess is about twice too high, and a table of more than 110 mm need not stay on one page.
local LONG_TABLE = 300

local function row_height(row, colspecs)
  local lines = 1
  local column = 1
  for _, cell in ipairs(row.cells) do
    local share = 0
    for i = column, math.min(column + cell.col_span - 1, #colspecs) do
      share = share + (colspecs[i][2] or 1 / #colspecs)
    end
    column = column + cell.col_span
    local characters = utf8.len(stringify(cell.contents))
    lines = math.max(lines, math.ceil(characters / math.max(share * CHARACTERS_A_LINE, 1)))
  end
  return lines * LINE + PADDING
end

local function heights(tbl)
  local whole, tallest = 0, 0
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do
      local height = row_height(row, tbl.colspecs)
      whole, tallest = whole + height, math.max(tallest, height)
    end
  end
  return whole, tallest
end

local function is_whole(block)
  return block.t == 'Figure' or block.t == 'Table' and heights(block) <= TALL_TABLE
end

-- To the template the first row alone is the head.
local function embolden(row)
  for _, cell in ipairs(row.cells) do
    cell.contents = cell.contents:walk {Plain = function(plain)
      return pandoc.Plain(bracketed('#text(weight: "bold")', plain.content, ''))
    end}
  end
end

-- Quarto tells Pandoc to make no figures of tables.
local function captioned(tbl)
  local caption, id = pandoc.utils.blocks_to_inlines(tbl.caption.long), tbl.identifier
  if #caption == 0 then return {tbl} end
  tbl.caption, tbl.identifier = {}, ''
  local blocks = pandoc.Blocks {
    pandoc.Plain(bracketed('#figure(kind: table, caption: ', unlisted(caption), ')[')), tbl}
  local label = id ~= '' and (' #label(%s)'):format(quoted(id)) or ''
  blocks:insert(raw(']' .. label))
  return blocks
end

-- A short table stays on one page; a long one breaks between rows and repeats its header row.
local function breaking(tbl)
  local whole, tallest = heights(tbl)
  local blocks = captioned(tbl)
  for i = 2, #tbl.head.rows do embolden(tbl.head.rows[i]) end
  local before = ('#fitted-table(is-long: %s, rows-break: %s)['):format(
    whole > LONG_TABLE, tallest > TALL_ROW)
  return enclosed(before, blocks, ']'), false
end

-- What stays together ---------------------------------------------------------------------------

local FOLLOWS = {Table = true, Figure = true, BulletList = true, OrderedList = true,
  DefinitionList = true, CodeBlock = true}
local SHORT_TEXT = 500

local function leads(before, block, after)
  if block.t ~= 'Para' or not after or not FOLLOWS[after.t] then return false end
  local text = stringify(block)
  return text:match(':$') or before and before.t == 'Header' and utf8.len(text) <= SHORT_TEXT
end

local function is_note(block)
  return block and block.t == 'Div' and block.classes:includes('source-note')
end

local function together(blocks)
  local grouped, i = pandoc.Blocks {}, 1
  while i <= #blocks do
    local block, after = blocks[i], blocks[i + 1]
    if leads(blocks[i - 1], block, after) then
      grouped:extend(enclosed('#leading[', {block}, ']'))
    elseif is_note(after) and (block.t == 'Figure' or block.t == 'Table') then
      local before = ('#with-note(breakable: %s)['):format(not is_whole(block))
      grouped:extend(enclosed(before, {block, after}, ']'))
      i = i + 1
    else
      grouped:insert(block)
    end
    i = i + 1
  end
  return grouped
end

-- Divisions -------------------------------------------------------------------------------------

local function callout(div)
  local title = div.content[1].content[1].content
  div.content:remove(1)
  local kind = div.classes[2]:match('%-(%a+)$')
  local blocks = pandoc.Blocks {
    pandoc.Plain(bracketed(('#notice("%s")'):format(kind), title, '[')),
  }
  blocks:extend(div.content)
  blocks:insert(raw(']'))
  return blocks
end

-- The items of a definition list as arguments: a term, what it is defined as.
local function items(before, list)
  local blocks = pandoc.Blocks {raw(before)}
  for _, item in ipairs(list.content) do
    local definition = pandoc.Blocks {}
    for _, part in ipairs(item[2]) do definition:extend(part) end
    -- On the same line, since Typst would make a space of the line's end.
    local first = bracketed('(', item[1], ', [')
    first:extend(definition:remove(1).content)
    blocks:insert(pandoc.Plain(first))
    blocks:extend(definition)
    blocks:insert(raw(']),'))
  end
  blocks:insert(raw(')'))
  return blocks
end

-- Parts side by side, each with its share of the width
local function layout_row(div)
  local shares = div.attributes.widths:gsub('%S+', '%0fr,')
  local blocks = pandoc.Blocks {raw(('#layout-row((%s),'):format(shares))}
  for _, part in ipairs(div.content) do
    blocks:extend(enclosed('[', part.content, '],'))
  end
  blocks:insert(raw(')'))
  return blocks
end

local function division(div)
  local is = function(class) return div.classes:includes(class) end
  if is('pagebreak') then
    return raw('#pagebreak(weak: true)')
  elseif is('landscape') then
    return enclosed('#page(flipped: true)[', div.content, ']')
  elseif is('compact') then
    return enclosed('#compact[', div.content, ']')
  elseif is('two-columns') then
    return enclosed('#two-columns[', div.content, ']')
  elseif div.attributes.widths then
    return layout_row(div)
  elseif is('panel-caption') then
    return enclosed('#panel-caption[', div.content, ']')
  elseif is('source-note') then
    return enclosed('#source-note[', div.content, ']')
  elseif is('key-figures') and div.content[1] and div.content[1].t == 'DefinitionList' then
    return items('#key-figures(', div.content[1])
  elseif is('callout') then
    return callout(div)
  elseif div.identifier == 'refs' then
    return enclosed('#references[', {div}, ']'), false
  end
end

-- On the title page terms stand in a column of their own.
local function title_page(meta)
  local page = meta['title-page']
  if not page then return nil end
  meta['title-page'] = pandoc.Blocks(page):walk {DefinitionList = function(list)
    return items('#particulars(', list)
  end}
  return meta
end

-- What stays together is seen before its parts are set.
return {
  {Blocks = together},
  {Str = literal, Quoted = quotation, Inlines = no_blocks, Image = picture, Math = formula, Table = breaking, Div = division,
    Meta = title_page, Header = heading, Figure = figure_with_caption},
}
