terraform {
  required_providers {
    privatelink = { source = "privatelink/privatelink" }
  }
}

# The top level is the account that offers the service. Its credentials are found as provider "aws"
# finds them: environment, profile, role.
provider "privatelink" {
  region = "ap-northeast-1"

  # Only these accounts may be the default one; any other is an error.
  allowed_account_ids = ["111111111111"]

  # Every other account that a resource reaches into has an entry. A resource names it by its key.
  accounts = {
    analytics = {
      assume_role = { role_arn = "arn:aws:iam::222222222222:role/network" }
      account_id  = "222222222222" # a guard: any other account is an error
    }

    # Roles that are assumed one after the other, each with the credentials of the one before.
    partner = {
      assume_role_chain = [
        { role_arn = "arn:aws:iam::333333333333:role/hub" },
        {
          role_arn        = "arn:aws:iam::444444444444:role/network"
          external_id     = "orders"
          source_identity = "platform-team"
        },
      ]
    }

    # The default account in another region: it has the default's credentials.
    dr = { region = "us-east-1" }
  }

  default_tags = {
    tags = { team = "network" }
  }

  # Tags that others put on what this provider makes.
  ignore_tags = {
    key_prefixes = ["cost:"]
  }
}
