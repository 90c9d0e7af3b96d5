# One domain before all endpoints: an address, a certificate, Cloud Armor, and the URL map that the declarations give.

resource "google_compute_global_address" "address" {
  name = "api"
}

resource "google_compute_managed_ssl_certificate" "certificate" {
  name = "api-${substr(sha256(var.domain), 0, 8)}" # another domain is another certificate, made before the old one goes
  managed {
    domains = [var.domain]
  }
  lifecycle {
    create_before_destroy = true
  }
}

resource "google_compute_ssl_policy" "modern" {
  name            = "modern"
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"
}

resource "google_compute_security_policy" "edge" {
  name        = "edge"
  description = "Slows an address that floods; the functions' own rate limits are by caller."

  rule {
    action      = "deny(403)"
    priority    = 1000
    description = "Log4Shell and its like"
    match {
      expr {
        expression = "evaluatePreconfiguredWaf('cve-canary')"
      }
    }
  }

  rule {
    action      = "throttle"
    priority    = 2000
    description = "A whole school may share one address"
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
    rate_limit_options {
      conform_action = "allow"
      exceed_action  = "deny(429)"
      enforce_on_key = "IP"
      rate_limit_threshold {
        count        = var.requests_per_minute
        interval_sec = 60
      }
    }
  }

  rule {
    action      = "allow"
    priority    = 2147483647
    description = "The rest"
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }
}

resource "google_compute_region_network_endpoint_group" "function" {
  for_each = var.services

  name                  = each.value
  region                = var.region
  network_endpoint_type = "SERVERLESS"
  cloud_run {
    service = each.value
  }
}

resource "google_compute_backend_service" "function" {
  for_each = var.services

  name                  = each.value
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  security_policy       = google_compute_security_policy.edge.id

  backend {
    group = google_compute_region_network_endpoint_group.function[each.key].id
  }

  log_config {
    enable      = true
    sample_rate = 0.1 # every request is a line of the functions' own logs
  }
}

resource "google_compute_url_map" "api" {
  name            = "api"
  default_service = google_compute_backend_service.function[var.url_map.default].id

  host_rule {
    hosts        = ["*"]
    path_matcher = "api"
  }

  path_matcher {
    name            = "api"
    default_service = google_compute_backend_service.function[var.url_map.default].id

    dynamic "route_rules" {
      for_each = var.url_map.rules
      content {
        priority = route_rules.key + 1
        service  = google_compute_backend_service.function[route_rules.value.function].id
        match_rules {
          full_path_match     = strcontains(route_rules.value.path, "*") ? null : route_rules.value.path
          path_template_match = strcontains(route_rules.value.path, "*") ? route_rules.value.path : null
          dynamic "header_matches" {
            for_each = route_rules.value.method[*]
            content {
              header_name = ":method"
              exact_match = header_matches.value
            }
          }
        }
      }
    }
  }
}

resource "google_compute_target_https_proxy" "api" {
  name             = "api"
  url_map          = google_compute_url_map.api.id
  ssl_certificates = [google_compute_managed_ssl_certificate.certificate.id]
  ssl_policy       = google_compute_ssl_policy.modern.id
}

resource "google_compute_global_forwarding_rule" "https" {
  name                  = "api-https"
  target                = google_compute_target_https_proxy.api.id
  ip_address            = google_compute_global_address.address.id
  port_range            = "443"
  load_balancing_scheme = "EXTERNAL_MANAGED"
}

# Who comes by http is sent to https.
resource "google_compute_url_map" "redirect" {
  name = "api-redirect"
  default_url_redirect {
    https_redirect         = true
    redirect_response_code = "MOVED_PERMANENTLY_DEFAULT"
    strip_query            = false
  }
}

resource "google_compute_target_http_proxy" "redirect" {
  name    = "api-redirect"
  url_map = google_compute_url_map.redirect.id
}

resource "google_compute_global_forwarding_rule" "http" {
  name                  = "api-http"
  target                = google_compute_target_http_proxy.redirect.id
  ip_address            = google_compute_global_address.address.id
  port_range            = "80"
  load_balancing_scheme = "EXTERNAL_MANAGED"
}
