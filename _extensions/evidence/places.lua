-- Where the document states its findings, and what its sections are called.
--
-- `wording.lua` leaves a span of the class `stated` at each place, with the id of the claim or the
-- measure. Places are counted in the order of the document. A span of the class `stated-in` lists
-- them under the titles of their sections, and a link without text gets the title that it leads to.
--
-- Of a section that is written alone, `given` has what the whole says: the places of each id, how
-- many stand before the section, and the titles. To that the outline of the document, `frame`, is
-- read first.

local stated = {}
local titles = {}
local numbered = {}
local above = {}
local counts = {}

-- What stands in a callout stands under the heading above it: its title is none.
local function is_callout(element)
  return element.t == "Div" and (element.attributes.__quarto_custom_type == "Callout"
    or element.classes:find_if(function(class) return class:match("^callout%-") end))
end

local function head(header)
  for level = #above, header.level, -1 do
    above[level] = nil
  end
  for level = #above + 1, header.level - 1 do
    above[level] = ""
  end
  above[header.level] = pandoc.utils.stringify(header)
  titles[header.identifier] = above[header.level]
  numbered[header.identifier] = not header.classes:includes("unnumbered")
end

local function place(span)
  local id = span.attributes.of
  if not (id and span.classes:includes("stated")) then
    return nil
  end
  counts[id] = (counts[id] or 0) + 1
  stated[id] = stated[id] or {}
  table.insert(stated[id], table.concat(above, ": "))
  span.attributes.of = nil
  span.identifier = "stated-" .. id .. "-" .. counts[id]
  return span
end

local function pass(div)
  if is_callout(div) then
    return div:walk({ traverse = "topdown", Span = place }), false
  end
end

local function list(span)
  local id = span.attributes.claim or span.attributes.measure
  if not (id and span.classes:includes("stated-in")) then
    return nil
  end
  local links = pandoc.Inlines({})
  for number, title in ipairs(stated[id] or {}) do
    if number > 1 then
      links:extend({ pandoc.Str(";"), pandoc.Space() })
    end
    local text = title ~= "" and title or tostring(number)
    links:insert(pandoc.Link(pandoc.Inlines(text), "#stated-" .. id .. "-" .. number))
  end
  return #links > 0 and links or pandoc.Inlines("no chapter")
end

-- A link without text is a reference to its section: by number or, where that has none, by its title
-- without what follows a colon.
local function name(link)
  local id = link.target:sub(2)
  if #link.content > 0 or not titles[id] then
    return nil
  elseif numbered[id] and id:match("^sec%-") then
    return pandoc.Cite({ pandoc.Str("@" .. id) }, { pandoc.Citation(id, "AuthorInText") })
  end
  return pandoc.Link(pandoc.Inlines(titles[id]:match("^[^:]*")), link.target)
end

function Pandoc(doc)
  local given = doc.meta.given and doc.meta.given.places
  if given then
    for id, count in pairs(given.before) do
      counts[id] = tonumber(count)
    end
  end
  doc = doc:walk({ traverse = "topdown", Header = head, Span = place, Div = pass })
  if given then
    stated, titles, numbered = given.stated, given.titles, given.numbered
  elseif doc.meta.frame then
    doc.meta.places = pandoc.json.encode({ stated = stated, titles = titles, numbered = numbered })
  end
  return doc:walk({ Span = list, Link = name })
end
