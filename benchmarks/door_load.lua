-- Load for wrk: each request is a report of its own, from one of 100,000 networks behind a proxy on this machine.
-- wrk … -- TAG BODY-FILE KIND, where KIND is "corrigenda" or "isso"; prints one line RESULT for bench_door.py.

local number = 0

function init(args)
  tag = args[1]
  kind = args[3]
  local file = assert(io.open(args[2], "rb"))
  body = file:read("*a")
  file:close()
end

function request()
  number = number + 1
  local place = number % 100000
  local network = string.format("%d.%d.%d.7", 11 + math.floor(place / 65536), math.floor(place / 256) % 256, place % 256)
  local headers = { ["Content-Type"] = "application/json", ["X-Forwarded-For"] = network }
  if kind == "isso" then
    return wrk.format("POST", "/new?uri=%2Fstory.html", headers, body)
  end
  headers["Origin"] = "https://courier.example"
  headers["Idempotency-Key"] = string.format("%s-%010d", tag, number)
  return wrk.format("POST", "/api/reports", headers, body)
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    "RESULT %d %d %d %d %d %d\n",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
