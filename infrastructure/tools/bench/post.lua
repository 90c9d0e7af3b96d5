-- wrk: the same POST for one learner after the other, so that no two requests under way touch one document.
-- Arguments: a file with an access token a line.
local tokens, next_token = {}, 0

function init(args)
  for line in io.lines(args[1]) do
    tokens[#tokens + 1] = "Bearer " .. line
  end
end

function request()
  next_token = next_token % #tokens + 1
  local headers = { ["Content-Type"] = "application/json", ["Authorization"] = tokens[next_token] }
  local body = string.format('{"lesson": "lesson-%d", "minutes": %d}', math.random(50), math.random(60))
  return wrk.format("POST", nil, headers, body)
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  local ms = { latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3 }
  io.write(string.format(
    'figures {"seconds": %.6f, "requests": %d, "failed": %d, "p50": %.3f, "p95": %.3f, "p99": %.3f}\n',
    summary.duration / 1e6, summary.requests, failed, ms[1], ms[2], ms[3]))
end
