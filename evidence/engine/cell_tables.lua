-- Tables that cells show as HTML, as data frames do, read so that every format can set them: row
-- headers stay headers, numbers stand to the right, and of the look nothing is left.

local stringify = pandoc.utils.stringify

local function is_number(text)
  for _, sign in ipairs {'−', '£', '€', '%$', '\u{a0}', '\u{202f}'} do text = text:gsub(sign, '') end
  return text:match('^[-+]?%d[%d., ]*%%?$') or text:match('^[-+]?%d[%d.]*e[-+]?%d+$')
end

local NO_VALUE = {[''] = true, NaN = true, nan = true, None = true, ['<NA>'] = true, NaT = true,
  ['...'] = true, ['–'] = true, ['—'] = true, ['-'] = true}

local function plain(row)
  row.attr = {}
  for _, cell in ipairs(row.cells) do
    cell.attr = {}
    if stringify(cell.contents):gsub('\u{a0}', ''):match('^%s*$') then cell.contents = {} end
  end
end

-- Pandas names the index in a row of its own, in which no column has a name.
local function join_heads(rows)
  local above, below = rows[#rows - 1], rows[#rows]
  if not above or #above.cells ~= #below.cells then return end
  for i, cell in ipairs(below.cells) do
    local both = #cell.contents > 0 and #above.cells[i].contents > 0
    if both or cell.col_span > 1 or above.cells[i].col_span > 1 then return end
  end
  for i, cell in ipairs(below.cells) do
    if #cell.contents == 0 then cell.contents = above.cells[i].contents end
  end
  rows:remove(#rows - 1)
end

-- The values of each column; cells that span rows push those of later rows to the right.
local function columns(tbl)
  local found, taken = {}, {}
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do
      local column = 1
      for _, cell in ipairs(row.cells) do
        while (taken[column] or 0) > 0 do
          taken[column] = taken[column] - 1
          column = column + 1
        end
        found[column] = found[column] or pandoc.List {}
        if column > body.row_head_columns then found[column]:insert(stringify(cell.contents)) end
        for i = column, column + cell.col_span - 1 do taken[i] = cell.row_span - 1 end
        column = column + cell.col_span
      end
    end
  end
  return found
end

local function holds_numbers(values)
  local numbers = 0
  for _, text in ipairs(values or {}) do
    if is_number(text) then numbers = numbers + 1 elseif not NO_VALUE[text] then return false end
  end
  return numbers > 0
end

local function table_of(tbl)
  tbl.attr = {}
  join_heads(tbl.head.rows)
  for _, row in ipairs(tbl.head.rows .. tbl.foot.rows) do plain(row) end
  for _, body in ipairs(tbl.bodies) do
    body.attr = {}
    for _, row in ipairs(body.head .. body.body) do plain(row) end
  end
  local values = columns(tbl)
  for i, spec in ipairs(tbl.colspecs) do
    tbl.colspecs[i] = {holds_numbers(values[i]) and 'AlignRight' or 'AlignDefault', spec[2]}
  end
  return tbl
end

-- Tables with the paragraphs around them, which say how many rows a frame has, and no markup.
local function read(blocks, found)
  for _, block in ipairs(blocks) do
    if block.t == 'Div' then
      read(block.content, found)
    elseif block.t == 'Table' then
      found:insert(table_of(block))
    elseif stringify(block) ~= '' then
      found:insert(block)
    end
  end
  return found
end

local function tables(code)
  local shown = pandoc.read(code.text, 'html'):walk {RawInline = function() return {} end}
  local heads = code.text:gmatch('<tbody.-</tr>')
  -- Pandoc counts the headers of all rows, of which some lack those that span several.
  shown = shown:walk {Table = function(tbl)
    local _, count = (heads() or ''):gsub('<th[ >]', '')
    if tbl.bodies[1] then tbl.bodies[1].row_head_columns = count end
    return tbl
  end}
  return read(shown.blocks, pandoc.Blocks {})
end

local function is_table(block)
  return block.t == 'CodeBlock' and block.classes:includes('cell-table')
end

return {{
  traverse = 'topdown',
  Div = function(div)
    if not div.classes:includes('cell-table') then return nil end
    local blocks = tables(div.content[1])
    for _, block in ipairs(blocks) do
      if block.t == 'Table' then
        block.caption = {long = {pandoc.Plain(div.content[2].content)}}
        block.attr = pandoc.Attr(div.identifier, {}, div.attributes)
        return blocks, false
      end
    end
  end,
  CodeBlock = function(code) return is_table(code) and tables(code) or nil end,
}}
