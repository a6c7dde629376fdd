-- A pandoc writer: Markdown texts in, Typst fragments out, as JSON.
--
-- The input document holds one code block per Markdown text (so that an unclosed
-- fence in one cell can't swallow the next). The output is a list with, per text: typst,
-- problems, losses, headings, images, formulas and the mark that stands in typst for
-- each of these, and, where the text contains HTML, all of it as HTML.
-- Nothing that an author typed is passed on raw: what can't be set is a problem, and
-- in the Typst stands a mark instead, counted in losses by its kind.

local DIALECT = "commonmark+pipe_tables+strikeout+tex_math_dollars"
  .. "+autolink_bare_uris+smart+raw_attribute"

local function literal(text)
  local escaped = text:gsub("\\", "\\\\"):gsub('"', '\\"')
  return '"' .. escaped .. '"'
end

-- A line that no text contains; between pieces that are written in one go, because
-- each call of the writer takes a millisecond.
local separator

local function choose_separator(texts)
  local all = table.concat(texts)
  local number = 0
  repeat
    number = number + 1
    separator = "// cut " .. number
  until not all:find("cut%s*" .. number)
end

-- Lists of blocks as Typst, one string each.
local function as_typst(pieces)
  local blocks = pandoc.List({})
  for _, piece in ipairs(pieces) do
    blocks:extend(piece)
    blocks:insert(pandoc.RawBlock("typst", separator))
  end
  local text = pandoc.write(pandoc.Pandoc(blocks), "typst", { wrap_text = "none" })
  local result, from = {}, 1
  for i = 1, #pieces do
    local cut, past = text:find(separator, from, true)
    result[i] = text:sub(from, cut - 1):gsub("^%s+", ""):gsub("%s+$", "")
    from = past + 1
  end
  return result
end

local function excerpt(text)
  local line = text:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
  if utf8.len(line) > 60 then
    return line:sub(1, utf8.offset(line, 58) - 1) .. "..."
  end
  return line
end

-- What stands in print where something can't: a mark that says what.
local function lost(page, kind, what)
  table.insert(page.losses, kind)
  return pandoc.RawInline("typst", "#lost(" .. literal(what) .. ");")
end

-- Formulas ------------------------------------------------------------------------

-- A private-use character carries a dollar sign that is none of a formula's.
local PLAIN_DOLLAR = utf8.char(0xE006)

-- A mark, in whose place the formula is put by whoever called pandoc.
local function formula(math, page)
  local display = math.mathtype == "DisplayMath"
  table.insert(page.formulas, { tex = math.text, display = display })
  return pandoc.RawInline("typst", page.mark .. #page.formulas .. ";")
end

-- Text ----------------------------------------------------------------------------

local function is_comment(element)
  return element.format == "html" and element.text:find("^%s*<!%-%-.*%-%->%s*$")
end

local function refuse_raw(element, page)
  local text = element.text
  if is_comment(element) then return {} end
  local html = element.format == "html"
  if html then
    if text:find("^<br%s*/?>$") then return pandoc.LineBreak() end
    page.has_html = true
    -- What it closes has been named already.
    if text:find("^</") and #page.problems > 0 then return {} end
  end
  local what = html and "HTML" or "raw " .. element.format
  table.insert(page.problems,
    what .. " (" .. excerpt(text) .. ") would not be printed; write it in Markdown")
  if html then return {} end
  table.insert(page.losses, "raw passage{s} printed as text")
  return element.t == "RawBlock" and pandoc.CodeBlock(text) or pandoc.Code(text)
end

-- All of a text as HTML, with its formulas in attributes: whoever cleans it must not
-- touch them.
local function as_html(blocks)
  local carried = blocks:walk({
    Math = function(math)
      return pandoc.Span(pandoc.Str("x"), pandoc.Attr("", { "carried-formula" },
        { tex = math.text, kind = math.mathtype }))
    end,
    Str = function(str) return pandoc.Str((str.text:gsub("%$", PLAIN_DOLLAR))) end,
  })
  return pandoc.write(pandoc.Pandoc(carried), "html", { wrap_text = "none" })
end

local function from_html(text)
  return pandoc.Blocks(pandoc.read(text, "html+tex_math_dollars").blocks):walk({
    Span = function(span)
      if span.classes:includes("carried-formula") then
        return pandoc.Math(span.attributes.kind, span.attributes.tex)
      end
      return not span.classes:includes("lost") and span.content or nil
    end,
    Str = function(str) return pandoc.Str((str.text:gsub(PLAIN_DOLLAR, "$"))) end,
    Div = function(div) return div.content end,
    Underline = function(element) return element.content end,
  })
end

-- Where the cleaned HTML says that something is lost.
local function mark(span)
  return pandoc.RawInline("typst", "#lost(" .. literal(pandoc.utils.stringify(span)) .. ");")
end

-- The document puts pictures in place, by their number.
local function refuse_image(image, page)
  local what = "picture " .. excerpt(image.src) .. " in the text: "
  if image.src:find("^%a[%w+.-]*:") or image.src:find("^//") then
    what = "remote or embedded " .. what
  end
  local alt = pandoc.utils.stringify(image.caption)
  if #image.caption == 0 then
    what = what .. "it has no alt text; "
  end
  table.insert(page.problems,
    what .. "draw it in a code cell, with alt text")
  table.insert(page.images, { image.src, alt, image.attributes.width or "" })
  return pandoc.RawInline("typst", "#placed(images.at(" .. #page.images - 1 .. "));")
end

-- Inlines as the content argument of a call.
local function wrapped(call, inlines)
  local result = pandoc.List({ pandoc.RawInline("typst", call .. "[") })
  result:extend(inlines)
  result:insert(pandoc.RawInline("typst", "]"))
  return result
end

local function link(element, page)
  local target = element.target
  local name = target:match("^([%w_-]+)%.ipynb")
  if target:find("^https?://") or target:find("^mailto:") then
    return nil
  elseif target:find("^#") then
    return wrapped("#jump(lesson, " .. literal(target:sub(2)) .. ")", element.content)
  elseif name then
    return wrapped("#neighbor(" .. literal(name) .. ", " .. literal(target) .. ")",
      element.content)
  elseif target:find("^%a[%w+.-]*:") or target:find("^//") then
    table.insert(page.losses, "link{s} that can't be followed")
    table.insert(page.problems,
      "link to " .. excerpt(target) .. ": only http, https and mailto can be printed")
  elseif target ~= "" then
    return wrapped("#relative(" .. literal(target) .. ")", element.content)
  end
  return element.content
end

-- TeX that isn't a formula: a command outside of one, or a dollar sign that begins none
-- (unbalanced braces, a space after it, a blank line before its partner).
local function refuse_tex(str, page)
  local text = str.text
  if not text:find("[\\$]") then return end
  local command = text:match("\\%a+")
  if command and not (command == "\\end" and #page.problems > 0) then
    table.insert(page.losses, "TeX command{s} printed as text")
    table.insert(page.problems, "raw TeX (" .. excerpt(text)
      .. ") outside of a formula; put it between dollar signs or backticks")
  elseif text:find("%$%$") or text:find("%$%a") or text == "$"
      or text:find("%$.*[_^{}]") or text:find("[_^{}].*%$") then
    table.insert(page.problems, "a dollar sign that begins no formula (" .. excerpt(text)
      .. "); balance its braces, and leave no space or blank line inside")
  end
end

local function code_block(block)
  local language = block.classes[1]
  return pandoc.RawBlock("typst", "#code("
    .. (language and literal(language) or "none") .. ", " .. literal(block.text) .. ", fits: 70)")
end

-- A heading with its anchor and its number among the headings of its text.
local function named(block, page)
  local text = pandoc.utils.stringify(block.content)
  if not text:find("%S") then return {} end
  table.insert(page.headings, { block.level, text })
  -- JupyterLab's own anchors keep the case and put a dash for each space.
  block.identifier = text:gsub(" ", "-")
  block.attributes.number = tostring(#page.headings - 1)
  return block
end

local function header(block)
  -- Which level it gets in print, the document knows, if it is another.
  local level = "levels.at(" .. block.attributes.number .. ", default: " .. block.level .. ")"
  local call = "#section(lesson, " .. level .. ", " .. literal(block.identifier) .. ")"
  return pandoc.Para(wrapped(call, block.content))
end

-- A paragraph "Table: ..." beside a table is its caption.
local function caption_of(block)
  if block and block.t == "Para" and block.content[1].t == "Str"
      and block.content[1].text == "Table:" then
    local caption = block.content:clone()
    caption:remove(1)
    if caption[1] and caption[1].t == "Space" then caption:remove(1) end
    return caption
  end
end

local function with_captions(blocks)
  local result = pandoc.List()
  for i, block in ipairs(blocks) do
    if block.t == "Table" then
      local caption = caption_of(blocks[i + 1])
      if caption then block.caption = { long = { pandoc.Plain(caption) } } end
    end
    local captions = caption_of(block) and blocks[i - 1] and blocks[i - 1].t == "Table"
    if not captions then result:insert(block) end
  end
  return result
end

local function check_header(block, page)
  for _, row in ipairs(block.head.rows) do
    for _, cell in ipairs(row.cells) do
      if pandoc.utils.stringify(cell.contents):find("%S") then return end
    end
  end
  table.insert(page.losses, "table{s} without a header row")
  table.insert(page.problems,
    "table without a header row; name the columns in its first row")
end

local ALIGNMENTS = { AlignLeft = "left", AlignRight = "right", AlignCenter = "center" }

-- The rows of a table with a cell for every column: a wide or a tall cell is followed,
-- or stands above, cells of what `spanned` makes of it.
local function full_rows(rows, width, spanned)
  local tall, result = {}, {}  -- tall[column]: rows still covered, and what they get
  for _, row in ipairs(rows) do
    local full, cells = {}, pandoc.List(row.cells):clone()
    for column = 1, width do
      local above = tall[column]
      if above and above.rows > 0 then
        above.rows = above.rows - 1
        full[column] = above.contents
      elseif full[column] == nil then
        local cell = cells:remove(1)
        for place = column, math.min(width, column + (cell and cell.col_span or 1) - 1) do
          local first = place == column
          full[place] = cell and (first and cell.contents or spanned(cell)) or {}
          tall[place] = { rows = cell and cell.row_span - 1 or 0,
            contents = cell and spanned(cell) or {} }
        end
      end
    end
    table.insert(result, full)
  end
  return result
end

-- All rows of the head in one: each column says all that stands above it.
local function one_head(rows, width)
  local full, head = full_rows(rows, width, function(cell) return cell.contents end), {}
  for column = 1, width do
    local said = pandoc.Inlines({})
    for _, row in ipairs(full) do
      local words = pandoc.utils.blocks_to_inlines(row[column])
      if #words > 0 and #said > 0 then said:insert(pandoc.Space()) end
      said:extend(words)
    end
    head[column] = { pandoc.Plain(said) }
  end
  return head
end

-- How many columns a table has: a cell may claim to be wider than its table.
local function columns_of(block)
  local most = 1
  local function count(rows)
    for _, row in ipairs(rows) do
      local width = 0
      for _, cell in ipairs(row.cells) do width = width + math.min(cell.col_span, 64) end
      most = math.max(most, width)
    end
  end
  count(block.head.rows)
  for _, body in ipairs(block.bodies) do count(body.head) count(body.body) end
  return math.min(most, #block.colspecs)
end

local function tabular(block)
  local alignments, width = {}, columns_of(block)
  for i = 1, width do alignments[i] = ALIGNMENTS[block.colspecs[i][1]] or "left" end
  local rows = { one_head(block.head.rows, width) }
  for _, body in ipairs(block.bodies) do
    for _, part in ipairs({ body.head, body.body }) do
      local nothing = function() return {} end
      for _, row in ipairs(full_rows(part, width, nothing)) do table.insert(rows, row) end
    end
  end
  local pieces = { block.caption.long }
  for _, row in ipairs(rows) do
    for column = 1, width do table.insert(pieces, row[column]) end
  end
  local written = as_typst(pieces)
  local lines = { "#tabular((" .. table.concat(alignments, ", ") .. ",)" }
  if #block.caption.long > 0 then
    lines[1] = lines[1] .. ", caption: [" .. written[1] .. "]"
  end
  for i = 1, #rows do
    local cells = {}
    for column = 1, width do
      cells[column] = "[" .. written[(i - 1) * width + column + 1] .. "]"
    end
    local start = i == 1 and #block.head.rows > 0 and "head: (" or "("
    if i > 1 or #block.head.rows > 0 then
      table.insert(lines, start .. table.concat(cells, ", ") .. ",)")
    end
  end
  return pandoc.RawBlock("typst", table.concat(lines, ",\n") .. ")")
end

local function read(text)
  -- Without the line feed, a table that ends the text would lose its last row.
  return pandoc.Blocks(pandoc.read(text .. "\n", DIALECT, nil, {}).blocks)
end

-- All texts in one go, because each call of the reader takes two milliseconds; nil if
-- one text could reach into another: an open fence, a definition of a link.
local function read_together(texts)
  for _, text in ipairs(texts) do
    if ("\n" .. text):find("\n%s*%[[^%]]+%]:") then return nil end
  end
  local mark = separator:gsub("%W", "")
  local between = "\n\n" .. mark .. "\n\n"
  local result, current = {}, pandoc.Blocks({})
  for _, block in ipairs(read(table.concat(texts, between) .. between)) do
    if block.t == "Para" and pandoc.utils.stringify(block) == mark then
      table.insert(result, current)
      current = pandoc.Blocks({})
    else
      current:insert(block)
    end
  end
  return #result == #texts and result or nil
end

-- Whether a text may hold one of some patterns when it has been read. A walk that looks
-- for them takes time for every word of it.
local function may_hold(text, ...)
  for _, pattern in ipairs({ "&", ... }) do
    if text:find(pattern) then return true end
  end
end

local function parsed(texts, are_html)
  local all_blocks = not are_html and read_together(texts)
    or pandoc.List(texts):map(are_html and from_html or read)
  for i, blocks in ipairs(all_blocks) do
    if may_hold(texts[i], "Table:") then
      all_blocks[i] = blocks:walk({ Blocks = with_captions })
    end
  end
  return all_blocks
end

-- Text that Typst can't take for anything else, wherever it stands: at the beginning
-- of a cell or an item, "- 0.5" would be a list, "= 3" a heading, "/ a: b" a term.
local function plain(str)
  if not str.text:find("[^%w]") then return end
  local text = str.text:gsub("[\\#$*_`<>@~\"'%[%]%-/=.]", "\\%0")
  return pandoc.RawInline("typst", (text:gsub("^%p", function(sign)
    return sign == "\\" and sign or "\\" .. sign
  end)))
end

-- A displayed formula would tear its link, or its heading, into parts.
local function in_line(element)
  return element:walk({
    Math = function(math) return pandoc.Math("InlineMath", math.text) end,
  })
end

-- What stays on the page of what follows it: a text that ends in a colon, a numbered
-- question, and what stands between a heading and the first of them.
local function announces(block, before, after)
  if not block or block.t ~= "Para" then return false end
  local first = block.content[1]
  local numbered = first and first.t == "Strong"
    and pandoc.utils.stringify(first):find("^%d+%.$")
  return numbered or pandoc.utils.stringify(block):find(":%s*$")
    or (before and before.t == "Header" and after and announces(after))
end

local function with_what_follows(blocks)
  local result = pandoc.List()
  for i, block in ipairs(blocks) do
    if blocks[i + 1] and announces(block, blocks[i - 1], blocks[i + 1]) then
      result:insert(pandoc.RawBlock("typst", "#block(sticky: true)["))
      result:insert(block)
      result:insert(pandoc.RawBlock("typst", "]"))
    else
      result:insert(block)
    end
  end
  return result
end

-- "3 × 3" and "3 x 3" aren't torn at the end of a line.
local function together(inlines)
  local function is_sign(inline)
    return inline and inline.t == "Str" and (inline.text == "×" or inline.text == "x")
  end
  local function is_number(inline)
    return inline and (inline.t == "Math" or inline.t == "Str" and inline.text:find("%w"))
  end
  for i, inline in ipairs(inlines) do
    local before, after = inlines[i - 1], inlines[i + 1]
    if inline.t == "Space" and (is_sign(before) and is_number(after)
        or is_number(before) and is_sign(after)) then
      inlines[i] = pandoc.RawInline("typst", "~")
    end
  end
  return inlines
end

-- The blocks with nothing left in them but what may be printed, in two walks: each costs
-- time for every word. The first one refuses and joins; from there on, raw Typst is ours.
local function printable(blocks, page, text)
  blocks = blocks:walk({
    RawBlock = function(element) return refuse_raw(element, page) end,
    RawInline = function(element) return refuse_raw(element, page) end,
    Image = function(image) return refuse_image(image, page) end,
    Str = may_hold(text, "[\\$]") and function(str) return refuse_tex(str, page) end,
    Table = function(block) return check_header(block, page) end,
    Span = mark,
    Link = in_line,
    Inlines = may_hold(text, "×", "%sx%s") and together or nil,
    Header = function(block) return named(in_line(block), page) end,
    Blocks = may_hold(text, ":", "%d%.[*_]") and with_what_follows or nil,
  })
  return blocks:walk({
    Str = plain,
    Math = function(math) return formula(math, page) end,
    Link = function(element) return link(element, page) end,
    Header = header,
    CodeBlock = code_block,
    Table = tabular,
  })
end

function Writer(doc)
  local texts, pages = {}, pandoc.List({})
  for i, block in ipairs(doc.blocks) do texts[i] = block.text end
  choose_separator(texts)
  local all_blocks = parsed(texts, pandoc.utils.stringify(doc.meta.format) == "html")
  for i, blocks in ipairs(all_blocks) do
    -- Lists, because an empty table would become an object in JSON.
    pages[i] = {
      mark = separator:gsub("%W", "") .. "formula",
      problems = pandoc.List({}), formulas = pandoc.List({}), headings = pandoc.List({}),
      losses = pandoc.List({}), images = pandoc.List({}),
    }
    all_blocks[i] = printable(blocks, pages[i], texts[i])
    if pages[i].has_html then pages[i].html = as_html(blocks) end
  end
  for i, typst in ipairs(as_typst(all_blocks)) do
    pages[i].typst = typst
  end
  return pandoc.json.encode(pages)
end
