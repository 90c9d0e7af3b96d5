variable "domain" {
  description = "The one name that clients know."
  type        = string
}

variable "region" {
  description = "Of the functions."
  type        = string
}

variable "services" {
  description = "Function -> its Cloud Run service, of every endpoint."
  type        = map(string)
}

variable "url_map" {
  description = "Which function a request belongs to; the first rule that matches."
  type = object({
    default = string
    rules   = list(object({ path = string, method = string, function = string }))
  })
  validation {
    condition     = length(var.url_map.rules) <= 1000
    error_message = "A path matcher has 1000 rules at most."
  }
}

variable "requests_per_minute" {
  description = "Of one address."
  type        = number
}
