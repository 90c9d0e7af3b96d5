# For functions that declare internet=False: a network from which only Google's own services can be reached.
# There is no NAT, every way out is denied but the restricted addresses, and the names of Google's services lead there.

locals {
  closed     = anytrue([for one in values(var.functions) : !one.internet]) ? 1 : 0
  restricted = ["199.36.153.4", "199.36.153.5", "199.36.153.6", "199.36.153.7"]
}

resource "google_compute_network" "closed" {
  count = local.closed

  name                            = "closed"
  auto_create_subnetworks         = false
  delete_default_routes_on_create = true
}

resource "google_compute_subnetwork" "closed" {
  count = local.closed

  name                     = "closed"
  network                  = google_compute_network.closed[0].id
  region                   = var.region
  ip_cidr_range            = "10.8.0.0/22"
  private_ip_google_access = true

  log_config {
    metadata = "INCLUDE_ALL_METADATA"
  }
}

resource "google_compute_route" "restricted" {
  count = local.closed

  name             = "closed-to-google"
  network          = google_compute_network.closed[0].id
  dest_range       = "199.36.153.4/30"
  next_hop_gateway = "default-internet-gateway"
}

resource "google_compute_firewall" "closed" {
  for_each = local.closed == 0 ? {} : {
    allow = { priority = 1000, ranges = ["199.36.153.4/30"] }
    deny  = { priority = 65000, ranges = ["0.0.0.0/0"] }
  }

  name               = "closed-${each.key}"
  network            = google_compute_network.closed[0].id
  direction          = "EGRESS"
  priority           = each.value.priority
  destination_ranges = each.value.ranges

  dynamic "allow" {
    for_each = each.key == "allow" ? [true] : []
    content {
      protocol = "tcp"
      ports    = ["443"]
    }
  }
  dynamic "deny" {
    for_each = each.key == "deny" ? [true] : []
    content {
      protocol = "all"
    }
  }

  log_config {
    metadata = "INCLUDE_ALL_METADATA"
  }
}

resource "google_dns_managed_zone" "google" {
  count = local.closed

  name       = "closed-google-apis"
  dns_name   = "googleapis.com."
  visibility = "private"

  private_visibility_config {
    networks {
      network_url = google_compute_network.closed[0].id
    }
  }
}

resource "google_dns_record_set" "google" {
  for_each = local.closed == 0 ? {} : {
    "restricted.googleapis.com." = { type = "A", to = local.restricted }
    "*.googleapis.com."          = { type = "CNAME", to = ["restricted.googleapis.com."] }
  }

  managed_zone = google_dns_managed_zone.google[0].name
  name         = each.key
  type         = each.value.type
  ttl          = 300
  rrdatas      = each.value.to
}
