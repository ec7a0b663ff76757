"""Operations of botocore's models, found by what a request names."""

from __future__ import annotations

import functools

import botocore.loaders
import botocore.model

# botocore's names of the services that the simulator knows.
SERVICES = ("ec2", "elbv2", "sts", "vpc-lattice", "ram", "rds", "route53")


@functools.cache
def service(name: str) -> botocore.model.ServiceModel:
    """The model of a service by botocore's name."""
    description = botocore.loaders.Loader().load_service_model(name, "service-2")
    return botocore.model.ServiceModel(description, name)


@functools.cache
def find(signing_name: str, version: str) -> botocore.model.ServiceModel | None:
    """The service that is signed for by that name and speaks that version."""
    for name in SERVICES:
        model = service(name)
        if model.signing_name == signing_name and model.api_version == version:
            return model
    return None


@functools.cache
def rest(signing_name: str) -> botocore.model.ServiceModel | None:
    """The service that is signed for by that name, if it speaks REST."""
    for name in SERVICES:
        model = service(name)
        if model.signing_name == signing_name and model.metadata["protocol"].startswith("rest-"):
            return model
    return None


@functools.cache
def unsigned(action: str | None, version: str | None) -> str | None:
    """The service, by the name to sign for, of an operation that nobody has to sign."""
    for name in SERVICES:
        model = service(name)
        found = operation(model, action or "")
        if found and found.auth_type == "none" and model.api_version == version:
            return model.signing_name
    return None


def operation(
    model: botocore.model.ServiceModel, name: str
) -> botocore.model.OperationModel | None:
    """An operation, if the service has it."""
    return model.operation_model(name) if name in model.operation_names else None
