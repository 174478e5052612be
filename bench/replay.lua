-- Sends prepared requests, each once. The file (written by bench/replay.py) begins with the number of forms that the
-- requests take in turn; each form has a line with the lengths of its pieces, then the pieces. Then follows one line a
-- request: a nonce of 32 characters and its signature. A request is its form's pieces with the nonce between them, and
-- the signature between the last two. A form of one piece is a request that may be repeated, and there are no lines.

local file
local forms, turn = {}, 0
local sender

-- Global because done() runs apart from the thread that sends and can read only its globals.
refused, refusal = 0, ""

function setup(thread)
  sender = thread
end

local function next_form()
  turn = turn % #forms + 1
  return forms[turn]
end

local function sign_next()
  local nonce = file:read(32)
  if not nonce then
    io.stderr:write("replay.lua: EVERY SIGNED REQUEST HAS BEEN SENT, the round is void\n")
    os.exit(3)
  end
  local form, signature = next_form(), file:read("*l")
  if not form.again then
    return form.head .. nonce .. form.middle .. signature .. form.tail
  end
  return form.head .. nonce .. form.again .. nonce .. form.middle .. signature .. form.tail
end

local function repeat_next()
  return next_form().head
end

local function read_form()
  local pieces = {}
  for length in file:read("*l"):gmatch("%d+") do
    table.insert(pieces, tonumber(length))
  end
  for number, length in ipairs(pieces) do
    pieces[number] = file:read(length)
  end
  file:read("*l")
  local last = #pieces
  assert(last <= 4, "a nonce stands in two places at most")
  return { head = pieces[1], again = last == 4 and pieces[2], middle = pieces[last - 1], tail = pieces[last] }
end

function init(args)
  file = assert(io.open(args[1], "rb"))
  file:setvbuf("full", 1048576)
  for number = 1, tonumber(file:read("*l")) do
    forms[number] = read_form()
  end
  request = file:read(0) and sign_next or repeat_next
end

function response(status, _, body)
  if status ~= 200 then
    refused = refused + 1
    if refused == 1 then refusal = status .. " " .. body end
  end
end

-- Latencies are in microseconds.
function done(summary, latency)
  local errors = summary.errors
  io.stderr:write(sender:get("refusal"))
  io.write(string.format(
    '{"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, ' ..
    '"refused": %d, "connect": %d, "read": %d, "write": %d, "timeout": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    sender:get("refused"), errors.connect, errors.read, errors.write, errors.timeout))
end
