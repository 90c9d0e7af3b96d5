module "load_balancer" {
  source = "./modules/load_balancer"
  count  = var.domain == null ? 0 : 1

  domain              = var.domain
  region              = var.region
  services            = { for name, one in var.functions : name => module.function[name].service if one.trigger == "http" }
  url_map             = var.url_map
  requests_per_minute = var.requests_per_minute
}
