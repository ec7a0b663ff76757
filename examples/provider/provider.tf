terraform {
  required_providers {
    privatelink = { source = "privatelink/privatelink" }
  }
}

# The top level is the account that offers the service. Its credentials are found as provider "aws"
# finds them: environment, profile, role.
provider "privatelink" {
  region = "ap-northeast-1"

  # Every other account that a resource reaches into has an entry. A resource names it by its key.
  accounts = {
    analytics = {
      assume_role = { role_arn = "arn:aws:iam::222222222222:role/network" }
      account_id  = "222222222222" # a guard: any other account is an error
    }
  }

  default_tags = {
    tags = { team = "network" }
  }
}
