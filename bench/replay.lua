-- Sends prepared requests, each once. The file (written by bench/replay.py) begins with the lengths of three
-- pieces, the pieces, and then one line a request: a nonce of 32 characters and its signature. A request is
-- piece 1, nonce, piece 2, signature, piece 3. A file without lines holds one request that may be repeated.

local file, head, middle, tail
local sender

-- Global because done() runs apart from the thread that sends and can read only its globals.
refused, refusal = 0, ""

function setup(thread)
  sender = thread
end

local function sign_next()
  local nonce = file:read(32)
  if not nonce then
    io.stderr:write("replay.lua: EVERY SIGNED REQUEST HAS BEEN SENT, the round is void\n")
    os.exit(3)
  end
  return head .. nonce .. middle .. file:read("*l") .. tail
end

function init(args)
  file = assert(io.open(args[1], "rb"))
  file:setvbuf("full", 1048576)
  local lengths = { file:read("*n", "*n", "*n") }
  file:read("*l")
  head, middle, tail = file:read(lengths[1]), file:read(lengths[2]) or "", file:read(lengths[3]) or ""
  if file:read(0) then
    request = sign_next
  else
    local whole = head .. middle .. tail
    request = function() return whole end
  end
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
