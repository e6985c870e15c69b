-- The title of a callout as its first heading: what is cited and referred to in it is resolved like
-- all else.

local function is_callout(div)
  return div.classes:find_if(function(name) return name:match('^callout%-%a+$') end)
end

function Div(div)
  local title = is_callout(div) and div.attributes.title
  if not title then return nil end
  div.attributes.title = nil
  -- In a line block all is text: a title may begin with a number, or with the mark of a heading.
  local lines = pandoc.read('| ' .. title:gsub('%s+', ' '), 'markdown').blocks[1]
  if lines and lines.t == 'LineBlock' then div.content:insert(1, pandoc.Header(2, lines.content[1])) end
  return div
end
