-- wrk: one request after the other of a list, from the beginning again at its end.
-- Arguments: a file with a request a line: method, path, Authorization and body, with tabs between them.
local requests, next_request = {}, 0

function init(args)
  for line in io.lines(args[1]) do
    local method, path, credentials, body = line:match("([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)")
    local headers = { ["Content-Type"] = "application/json", ["Authorization"] = credentials }
    requests[#requests + 1] = wrk.format(method, path, headers, body ~= "" and body or nil)
  end
end

function request()
  next_request = next_request % #requests + 1
  return requests[next_request]
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  local ms = { latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3 }
  io.write(string.format(
    'figures {"seconds": %.6f, "requests": %d, "failed": %d, "p50": %.3f, "p95": %.3f, "p99": %.3f}\n',
    summary.duration / 1e6, summary.requests, failed, ms[1], ms[2], ms[3]))
end
