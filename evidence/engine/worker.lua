-- Pandoc as a process that stays, in a filter that does not end: it reads, filters and writes as its
-- command line would, one text after another. A request is a line of JSON and a text; an answer is a
-- line with an exit code and a size, and a text. What Pandoc warns of goes to standard error.

local function contents(path)
  local file <close> = assert(io.open(path, 'rb'))
  return file:read('a')
end

local known = {}

-- Most sections of a document have the same.
local function metadata_of(path, from, read)
  local text = '---\n' .. contents(path) .. '\n---\n'
  local key = from .. ' ' .. text
  if known[key] then return known[key] end
  local found
  local said = pandoc.log.silence(function() found = read(text).meta end)
  -- What it warns of it says aloud, and each time.
  if #said > 0 then return read(text).meta end
  known[key] = found
  return found
end

local function reader_of(options)
  local settings = {columns = options.columns // 1, tab_stop = options['tab-stop'] // 1}
  -- With a list of files Pandoc reads no others.
  local files = options.sandbox and {} or nil
  return function(text) return pandoc.read(text, options.from, settings, files) end
end

local function template_of(options, format)
  if options.template then return pandoc.template.get(options.template) end
  return format == 'docx' and pandoc.template.default(format) or nil
end

local function writer_options(options, format)
  local template = template_of(options, format)
  return pandoc.WriterOptions {
    columns = options.columns // 1,
    highlight_method = options['syntax-highlighting'],
    html_math_method = options['html-math-method'],
    reference_doc = options['reference-doc'],
    section_divs = options['section-divs'],
    template = template and pandoc.template.compile(template),
    wrap_text = options.wrap,
  }
end

local function converted(arguments, text)
  local options = pandoc.cli.parse_options(arguments)
  local format = options.to:match('^[^+-]+')
  local read = reader_of(options)
  local document = read(text)
  local meta = {}
  for _, path in ipairs(options['metadata-files']) do
    for name, value in pairs(metadata_of(path, options.from, read)) do meta[name] = value end
  end
  for name, value in pairs(document.meta) do meta[name] = value end
  for name, value in pairs(options.metadata) do meta[name] = value.c end
  document.meta = meta
  local writing = writer_options(options, format)
  local around = setmetatable({FORMAT = format, PANDOC_WRITER_OPTIONS = writing}, {__index = _G})
  for _, filter in ipairs(options.filters) do
    local own = setmetatable({}, {__index = around})
    document = pandoc.utils.run_lua_filter(document, filter.path, own)
  end
  local content = pandoc.write(document, options.to, writing)
  local is_whole = options.standalone or format == 'docx' or content:sub(-1) == '\n'
  return is_whole and content or content .. '\n'
end

local function answer(asked, text)
  local environment = pandoc.system.environment()
  for name, value in pairs(asked.environment) do environment[name] = value end
  return pandoc.system.with_environment(environment, function()
    return pandoc.system.with_working_directory(asked.folder, function()
      return converted(asked.arguments, text)
    end)
  end)
end

for line in io.lines() do
  local asked = pandoc.json.decode(line, false)
  local text = asked.size > 0 and io.read(asked.size // 1) or ''
  local is_well, content = pcall(answer, asked, text)
  content = is_well and content or tostring(content)
  io.write(is_well and 0 or 1, ' ', #content, '\n', content)
  io.flush()
  -- While Lua holds what it no longer needs, Pandoc copies it at each of its own collections.
  content = nil
  collectgarbage()
end
