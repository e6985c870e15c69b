-- Keeps, of the wordings of a claim that a chapter holds, the one that the data call for.
--
-- A cell shows the verdicts as a div `.verdicts` with a div for each claim. An element with the
-- attribute `claim` holds cases, each a span or div whose classes name verdicts. The case that
-- stays is followed by the mark that leads to the finding's grounds, and by the case `.moved`
-- where the earlier edition has another verdict. A span with the attribute `measure` is followed
-- by the mark of that measure. An element with the class `number` begins with a number and holds
-- the cases `.none`, `.one` and `.some`; 0% is none as well. A number of the class `undefined` is
-- a share or ratio of nothing: that is `.none`, and anywhere else in the text it is a fault.
--
-- Where the verdicts are those of an edition, the sources up to a year, their div has the year, the
-- sources in it and the later ones: the subtitle names it, and citations of later sources say so.

local NO_BREAK_SPACE = "\u{202f}"
local WORD_JOINER = "\u{2060}"
local NOTHING = { ["0"] = true, ["0%"] = true, none = true, no = true }
local UNSHOWN = "no cell shows the verdicts: let the chapter begin with one that ends in `verdicts`"
local ONE = { ["1"] = true, one = true }

local claims = {}
local measures = {}
local title = ""
local faults = {}
local assumed = false
local edition

local function complain(text)
  table.insert(faults, text)
  return {}
end

local function read_verdicts(div)
  if not div.classes:includes("verdicts") then
    return nil
  end
  edition = div.attributes.edition and div.attributes
  for _, row in ipairs(div.content) do
    if row.attributes and row.attributes.claim then
      local found = {}
      for key, value in pairs(row.attributes) do
        found[key] = value
      end
      claims[found.claim], claims[found.name] = found, found
    elseif row.attributes and row.attributes.measure then
      measures[row.attributes.measure] = row.attributes
    end
  end
  return {}
end

-- Verdicts that a preview asks for win over those of the data.
local function assume(meta)
  local wanted = meta.evidence and meta.evidence.as or {}
  for name, outcome in pairs(wanted) do
    outcome = pandoc.utils.stringify(outcome)
    for _, claim in pairs(claims) do
      if name == "all" or name == claim.name or name == claim.claim then
        claim.verdict = outcome
      end
    end
  end
  return next(wanted) ~= nil
end

local function case(element, name)
  for _, child in ipairs(element.content) do
    if child.classes and child.classes:includes(name) then
      return child.content
    end
  end
end

local ESCAPES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }

-- `places.lua` counts the places.
local function mark(claim)
  local id = claim.claim or claim.measure
  local said = claim.title:lower():gsub('[&<>"]', ESCAPES)
  local name = claim.entry .. ": grounds of this finding, " .. said
  local button = WORD_JOINER
    .. '<button type="button" class="grounds-mark" popovertarget="grounds-'
    .. id .. '" aria-label="' .. name .. '">' .. claim.entry .. "</button>"
  local link = pandoc.Link({ pandoc.Superscript(claim.entry) }, (claim.claim and "#claim-" or "#measure-") .. id)
  local unless = pandoc.Attr("", { "content-visible" }, { ["unless-format"] = "html" })
  return pandoc.Span(
    { pandoc.RawInline("html", button), pandoc.Span({ pandoc.Str(NO_BREAK_SPACE), link }, unless) },
    pandoc.Attr("", { "stated" }, { of = id })
  )
end

local in_order

local function choose(element)
  local name = element.attributes.claim
  local claim = claims[name]
  if not claim then
    local reason = next(claims) and "there is no such claim" or UNSHOWN
    return complain("claim '" .. name .. "': " .. reason)
  end
  local chosen = case(element, claim.verdict)
  if not chosen then
    return complain(
      "claim '" .. name .. "' came out as '" .. claim.verdict
        .. "' and has no wording for it; add one with the class ." .. claim.verdict
    )
  end
  -- Claims within a case are marked before it, and only where it is chosen.
  chosen = chosen:walk(in_order)
  local moved = claim["then"] and claim["then"] ~= claim.verdict and case(element, "moved")
  local added = mark(claim)
  if element.t == "Span" then
    chosen:insert(added)
    if moved then
      chosen:insert(pandoc.Space())
      chosen:extend(moved)
    end
    return chosen
  end
  local last = chosen[#chosen]
  if last and (last.t == "Para" or last.t == "Plain") then
    last.content:insert(added)
  else
    chosen:insert(pandoc.Para({ added }))
  end
  chosen:extend(moved or {})
  return chosen
end

local function is_undefined(element)
  return element and element.classes and element.classes:includes("undefined")
end

local function count(element)
  -- A block begins with a paragraph that holds the number.
  local lead = element.t == "Div" and element.content[1] or element
  local first = pandoc.utils.stringify(lead):match("^%s*(%S+)") or ""
  local nothing = NOTHING[first:lower()] or is_undefined(lead.content and lead.content[1])
  local name = nothing and "none" or ONE[first:lower()] and "one" or "some"
  local chosen = case(element, name)
  if not chosen then
    return complain("after the number '" .. first .. "' stands no case ." .. name)
  end
  -- What a case holds may have cases of its own.
  return chosen:walk(in_order)
end

local function measured(element)
  local name = element.attributes.measure
  if not measures[name] then
    return complain("measure '" .. name .. "': " .. (next(claims) and "there is none of this name" or UNSHOWN))
  end
  local content = element.content:walk(in_order)
  content:insert(mark(measures[name]))
  return content
end

-- What stands in a callout stands under the heading above it: its title is none.
local function is_callout(element)
  return element.t == "Div" and (element.attributes.__quarto_custom_type == "Callout"
    or element.classes:find_if(function(class) return class:match("^callout%-") end))
end

local function visit(element)
  if is_callout(element) then
    element.content = element.content:walk({ traverse = "topdown", Div = in_order.Div, Span = in_order.Span })
    return element, false
  elseif element.classes:includes("stated-in") then
    return nil
  elseif element.attributes.claim then
    return choose(element)
  elseif element.attributes.measure then
    return measured(element)
  elseif element.classes:includes("number") then
    return count(element)
  elseif element.attributes.coded then
    return element.content
  elseif is_undefined(element) and not assumed then
    return complain(
      "a number under '" .. title .. "' is a share or ratio of nothing; "
        .. "say it only where there is something: in a wording of a claim, or [ … ]{.number}"
    )
  end
end

local function head(header)
  title = pandoc.utils.stringify(header)
end

in_order = { traverse = "topdown", Header = head, Div = visit, Span = visit }

local function words(text)
  local found = {}
  for word in text:gmatch("%S+") do
    found[#found + 1], found[word] = word, true
  end
  return found
end

local function name_edition(doc)
  local meta, later = doc.meta, words(edition.later)
  local subtitle = pandoc.Inlines(meta.subtitle or {})
  if #subtitle > 0 then
    subtitle:extend({ pandoc.Str("."), pandoc.Space() })
  end
  subtitle:extend(pandoc.Inlines("Edition of " .. edition.edition .. ": sources up to that year"))
  meta.subtitle = pandoc.MetaInlines(subtitle)
  -- That all sources are listed means those of the edition.
  meta.nocite = meta.nocite and pandoc.MetaInlines(pandoc.Inlines(meta.nocite):walk({
    Cite = function(cite)
      if cite.citations[1].id == "*" then
        return pandoc.Inlines(pandoc.List(words(edition.sources)):map(function(id)
          return pandoc.Cite({}, { pandoc.Citation(id, "NormalCitation") })
        end))
      end
    end,
  }))
  return doc:walk({
    Cite = function(cite)
      for _, citation in ipairs(cite.citations) do
        if later[citation.id] then
          citation.suffix:extend(pandoc.Inlines({ pandoc.Str(","), pandoc.Space() }) .. pandoc.Inlines("after this edition"))
        end
      end
      return cite
    end,
  })
end

function Pandoc(doc)
  doc = doc:walk({ Div = read_verdicts })
  doc:walk({ Div = function(div)
    -- Of very many sources those are listed that are cited.
    if div.classes:includes("only-cited") then
      doc.meta.nocite = nil
    end
  end })
  assumed = assume(doc.meta)
  -- Headings are met before what stands under them.
  doc = doc:walk(in_order)
  if #faults > 0 then
    error("\n" .. table.concat(faults, "\n"))
  end
  doc = edition and name_edition(doc) or doc
  -- Where sections are read one by one, this one is the first.
  if assumed and not doc.meta["later-section"] then
    local said = pandoc.Para(pandoc.Inlines("A preview under assumed verdicts, not those of the data."))
    doc.blocks:insert(1, pandoc.Div({ said }, pandoc.Attr("", { "callout-warning" })))
  end
  return doc
end
