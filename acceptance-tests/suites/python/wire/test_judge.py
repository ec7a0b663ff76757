"""The judge finds what is planted, and lets a true exchange pass."""

import json
from dataclasses import replace

import pytest

from .exchange import Exchange, read_files
from .judge import judge
from .known import always_there

HEADERS = {
    "authorization": "AWS4-HMAC-SHA256 Credential=AKIAWRLD111111111111/20260101/eu-west-1/{}/aws4_request, "
    f"SignedHeaders=host;x-amz-date, Signature={'0' * 64}",
    "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    "host": "127.0.0.1",
    "x-amz-date": "20260101T000000Z",
}
EC2 = "Version=2016-11-15&Action="
ELB = "Version=2015-12-01&Action="
ELB_NAMESPACE = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"


def exchange(service: str, request: str, status: int, response: str) -> Exchange:
    """An exchange with everything around its bodies in order."""
    headers = {**HEADERS, "authorization": HEADERS["authorization"].format(service)}
    answered = {"content-type": "text/xml;charset=UTF-8", "x-amzn-requestid": "id"}
    return Exchange("POST", "/", headers, request, status, answered, response, lost=False)


def ec2(request: str, response: str = "", status: int = 200) -> Exchange:
    """An exchange with EC2; `response` is what stands below the root."""
    name = request.split("&")[0]
    body = (
        f'<{name}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
        f"<requestId>id</requestId>{response}</{name}Response>"
    )
    return exchange("ec2", EC2 + request, status if response else 0, body)


def elb(request: str, response: str) -> Exchange:
    """An exchange with load balancing; `response` is what stands in the result."""
    name = request.split("&")[0]
    body = (
        f'<{name}Response xmlns="{ELB_NAMESPACE}"><{name}Result>{response}</{name}Result>'
        f"<ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></{name}Response>"
    )
    return exchange("elasticloadbalancing", ELB + request, 200, body)


def rest(call: str, body: str, answer: str, status: int = 200, error: str = "") -> Exchange:
    """An exchange in REST with JSON; `call` is service, method and URI."""
    service, method, uri = call.split(" ")
    headers = {
        "authorization": HEADERS["authorization"].format(service),
        "content-type": "application/json",
        "host": "127.0.0.1",
        "x-amz-date": "20260101T000000Z",
    }
    answered = {"content-type": "application/json", "x-amzn-requestid": "id"}
    if error:
        answered["x-amzn-errortype"] = error
    return Exchange(method, uri, headers, body, status, answered, answer, lost=False)


def route53(query: str, answer: str, status: int = 200) -> Exchange:
    """A call of ListHostedZonesByVPC; `answer` is what stands below the root, or all of a refusal."""
    root, below = ("ListHostedZonesByVPCResponse", answer)
    if status != 200:
        root, below = ("ErrorResponse", f"{answer}<RequestId>id</RequestId>")
    body = f'<{root} xmlns="https://route53.amazonaws.com/doc/2013-04-01/">{below}</{root}>'
    sent = rest(f"route53 GET /2013-04-01/hostedzonesbyvpc?{query}", "", body, status)
    headers = {name: it for name, it in sent.request_headers.items() if name != "content-type"}
    answered = {"content-type": "text/xml", "x-amzn-requestid": "id"}
    return replace(sent, request_headers=headers, response_headers=answered)


def refusal(code: str, status: int) -> Exchange:
    """A refusal by EC2."""
    body = (
        f"<Response><Errors><Error><Code>{code}</Code><Message>No.</Message></Error></Errors>"
        "<RequestID>id</RequestID></Response>"
    )
    return exchange("ec2", f"{EC2}DeleteVpc&VpcId=vpc-1", status, body)


def without_host(exchange: Exchange) -> Exchange:
    """The exchange without that header."""
    headers = {name: value for name, value in exchange.request_headers.items() if name != "host"}
    return replace(exchange, request_headers=headers)


def elb_refusal(code: str, status: int, kind: str = "Sender") -> Exchange:
    """A refusal of DeleteListener by load balancing."""
    body = (
        f'<ErrorResponse xmlns="{ELB_NAMESPACE}"><Error><Type>{kind}</Type><Code>{code}</Code>'
        "<Message>No.</Message></Error><RequestId>id</RequestId></ErrorResponse>"
    )
    return exchange("elasticloadbalancing", f"{ELB}DeleteListener&ListenerArn=a", status, body)


LISTENER = (
    "ListenerArn=a&Attributes.member.1.Key=tcp.idle_timeout.seconds&Attributes.member.1.Value=1"
)
SAID = {
    "state": "pendingAcceptance",
    "ipAddressType": "ipv4",
    "creationTimestamp": "2026-01-01T00:00:00.000Z",
    "privateDnsEnabled": "false",
    "requesterManaged": "true",
    "vpcEndpointType": "Interface",
}
ENDPOINT = "".join(
    f"<{name}>{SAID.get(name, '')}</{name}>" for name in always_there("ec2", "VpcEndpoint")
)
GATEWAYS = "vpc-lattice GET /resourcegateways"
GATEWAY = f"{GATEWAYS}/rgw-00000000000000000"
SHARES = "ram POST /getresourceshares"
NOT_THERE = '{"message": "No.", "resourceId": "a", "resourceType": "RESOURCE_GATEWAY"}'
SUBNETS = '{"name": "orders", "vpcIdentifier": "vpc-00000000", "subnetIds": %s}'
TRUE_REST = [
    rest(f"{GATEWAYS}?maxResults=5", "", '{"items": []}'),
    rest(GATEWAY, "", '{"status": "ACTIVE", "createdAt": "2026-01-01T00:00:00.000Z"}'),
    rest(GATEWAY, "", NOT_THERE, 404, "ResourceNotFoundException"),
    rest("ram DELETE /deleteresourceshare?resourceShareArn=a", "", '{"returnValue": true}'),
    rest(
        SHARES,
        '{"resourceOwner": "SELF"}',
        '{"resourceShares": [{"creationTime": 1767225600.5, "status": "ACTIVE"}]}',
    ),
    rest(SHARES, '{"resourceOwner": "SELF"}', '{"message": "No."}', 400, "MalformedArnException"),
]
OF_VPC = "vpcid=vpc-1&vpcregion=us-east-1"
ZONE = (
    "<HostedZoneSummary><HostedZoneId>Z1</HostedZoneId><Name>a.</Name><Owner>"
    "<OwningService>vpc-lattice.amazonaws.com</OwningService></Owner></HostedZoneSummary>"
)
ZONES = f"<HostedZoneSummaries>{ZONE}</HostedZoneSummaries><MaxItems>100</MaxItems>"
NO_ZONES = "<Error><Type>Sender</Type><Code>{}</Code><Message>No.</Message></Error>"
TRUE_XML = [route53(OF_VPC, ZONES), route53(OF_VPC, NO_ZONES.format("InvalidInput"), 400)]
FALSE_XML_REQUESTS = [
    (route53("vpcid=vpc-1", ZONES), "vpcregion: is required"),
    (route53("vpcid=vpc-1&vpcregion=mars", ZONES), "'mars' is none of"),
    (replace(route53(OF_VPC, ZONES), request_body="<a/>"), "is not judged yet"),
]
FALSE_XML_ANSWERS = [
    (route53(OF_VPC, "<MaxItems>1</MaxItems>"), "HostedZoneSummaries: is required"),
    (route53(OF_VPC, ZONES.replace("Owner>", "Owners>")), "Owners: the model has no such member"),
    (route53(OF_VPC, NO_ZONES.format("NobodyKnowsThis"), 400), "nobody knows the code"),
    (replace(route53(OF_VPC, ZONES), response_body="{}"), "is not XML"),
    (replace(route53(OF_VPC, ZONES), status=201), "the status is 201, not 200"),
    (replace(route53(OF_VPC, ZONES), response_headers={}), "there is no request id"),
]
TRUE = [
    *TRUE_REST,
    *TRUE_XML,
    ec2("CreateTags&ResourceId.1=vpc-1&Tag.1.Key=a&Tag.1.Value=", "<return>true</return>"),
    ec2(
        "DescribeTags&Filter.1.Name=key&Filter.1.Value.1=b&MaxResults=5",
        "<tagSet><item><key>b</key><resourceType>vpc</resourceType><value/></item></tagSet>",
    ),
    ec2(
        "AuthorizeSecurityGroupIngress&GroupId=sg-1&IpPermissions.1.IpProtocol=tcp"
        "&IpPermissions.1.Groups.1.GroupId=sg-2&TagSpecification.1.ResourceType=security-group-rule"
        "&TagSpecification.1.Tag.1.Key=a&TagSpecification.1.Tag.1.Value=b",
        "<return>true</return>",
    ),
    ec2("ModifyVpcEndpointServicePermissions&ServiceId=s&AddAllowedPrincipals.1=*"),
    ec2("CreateSecurityGroup&GroupName=a&GroupDescription=b&VpcId=vpc-1"),
    ec2("DescribeVpcEndpoints", f"<vpcEndpointSet><item>{ENDPOINT}</item></vpcEndpointSet>"),
    elb(f"ModifyListenerAttributes&{LISTENER}", "<Attributes/>"),
    elb("DescribeTargetGroups&TargetGroupArns=&Names.member.1=a", "<TargetGroups/>"),
    elb("DescribeAccountLimits", "<Limits><member><Name>a</Name><Max>1</Max></member></Limits>"),
    replace(
        without_host(refusal("IncorrectState", 400)), uri="https://ec2.eu-west-1.amazonaws.com/"
    ),
    refusal("DependencyViolation", 400),
    refusal("UnauthorizedOperation", 403),
    elb_refusal("ListenerNotFound", 400),
    elb_refusal("ServiceUnavailable", 503, "Receiver"),
]

FALSE_REQUESTS = [
    (ec2("DescribeVpc"), "no such operation"),
    (ec2("DescribeVpcs&VpcIds.1=vpc-1"), "VpcIds: the model has no such parameter"),
    (ec2("DescribeVpcs&Filter.1.Values.1=b"), "Filter.1.Values: the model has no"),
    (ec2("CreateSecurityGroup&GroupName=a&Description=b"), "GroupDescription: is required"),
    (ec2("AcceptVpcEndpointConnections&ServiceId=s"), "VpcEndpointId: is required"),
    (ec2("DescribeVpcs&VpcId.member.1=vpc-1"), "the numbers of its elements are member"),
    (ec2("DescribeVpcs&VpcId.0=vpc-1"), "the numbers of its elements are 0"),
    (ec2("DescribeVpcs&MaxResults=1001"), "1001 is more than 1000"),
    (ec2("DescribeVpcs&MaxResults=many"), "is not of type integer"),
    (ec2("DescribeVpcs&DryRun=1"), "is not a boolean"),
    (ec2("CreateVpcEndpoint&VpcId=v&VpcEndpointType=interface"), "'interface' is none of"),
    (ec2("DeleteVpc&VpcId=a&VpcId=b"), "is there 2 times"),
    (ec2("DeleteVpc&VpcId.1=a"), "VpcId.1: is below a scalar"),
    (elb("DeleteListener&ListenerArns.member.1=a", ""), "ListenerArn: is required"),
    (elb("DescribeTags&ResourceArns.1=a", ""), "ResourceArns.1: is no element of a list"),
    (elb("DescribeListeners&PageSize=401", ""), "401 is more than 400"),
    (elb("AddTags&ResourceArns.member.1=a&Tags.member.1.Key=a%26b", ""), "does not match"),
    (replace(ec2("DescribeVpcs"), method="GET"), "GET / instead of POST /"),
    (replace(ec2("DescribeVpcs"), uri="https://host/?Action=DescribeVpcs"), "instead of POST /"),
    (without_host(ec2("DescribeVpcs")), "the header host is not there"),
    (replace(ec2("DescribeVpcs"), request_headers={}), "Authorization is None"),
    (
        replace(
            ec2("DescribeVpcs"),
            request_headers={**ec2("DescribeVpcs").request_headers, "x-amz-security-token": "t"},
        ),
        "x-amz-security-token is not signed",
    ),
]

FALSE_REST_REQUESTS = [
    (rest("vpc-lattice PUT /resourcegateways", "", "{}"), "has no PUT /resourcegateways"),
    (rest(f"{GATEWAYS}?maxResults=101", "", "{}"), "maxResults: 101 is more than 100"),
    (rest(f"{GATEWAYS}?colour=red", "", "{}"), "colour: the model has no such parameter"),
    (rest("vpc-lattice GET /resourcegateways/a", "", "{}"), "'a' is shorter than 17"),
    (rest("vpc-lattice GET /resourceendpointassociations", "", "{}"), "Identifier: is required"),
    (rest("vpc-lattice POST /resourcegateways", '{"colour": 1}', "{}"), "colour: the model has"),
    (rest("vpc-lattice POST /resourcegateways", "{}", "{}"), "name: is required"),
    (rest("vpc-lattice POST /resourcegateways", SUBNETS % "7", "{}"), "subnetIds: 7 is no list"),
    (rest("vpc-lattice POST /resourcegateways", "[]", "{}"), "the body is not a JSON object"),
    (rest(SHARES, '{"resourceOwner": "ALL"}', "{}"), "'ALL' is none of"),
    (rest(SHARES, '{"resourceOwner": true}', "{}"), "True is not of type string"),
]
FALSE_REST_ANSWERS = [
    (rest(GATEWAYS, "", "<a/>"), "the body is not JSON"),
    (rest(GATEWAYS, "", '{"items": [{"colour": "red"}]}'), "items.1.colour: the model has no"),
    (rest(GATEWAYS, "", '{"items": []}', 201), "the status is 201, not 200"),
    (rest(GATEWAY, "", '{"createdAt": 1767225600}'), "1767225600' is not a timestamp"),
    (rest(GATEWAY, "", '{"status": "Active"}'), "'Active' is none of"),
    (rest(GATEWAY, "", NOT_THERE, 400, "ResourceNotFoundException"), "with status 400"),
    (rest(GATEWAY, "", NOT_THERE, 404), "is not in the form of an error"),
    (rest(GATEWAY, "", '{"message": "No."}', 404, "ResourceNotFoundException"), "is required"),
    (rest(GATEWAY, "", '{"message": "No."}', 404, "NobodyKnowsThis"), "nobody knows the code"),
    (rest(SHARES, "", '{"resourceShares": [{"creationTime": "now"}]}'), "not a number of seconds"),
    (replace(rest(GATEWAY, "", "{}"), response_headers={}), "there is no request id"),
]

FALSE_ANSWERS = [
    *FALSE_REST_ANSWERS,
    *FALSE_XML_ANSWERS,
    (ec2("DescribeVpcs", "<vpcs/>"), "vpcs: the model has no such member"),
    (ec2("DescribeVpcs", "<vpcSet><member/></vpcSet>"), "elements of this list are called item"),
    (ec2("DescribeVpcs", "<vpcSet><item><colour>red</colour></item></vpcSet>"), "vpcSet.1.colour"),
    (
        ec2("DescribeVpcs", "<vpcSet><item><vpcId>a</vpcId></item></vpcSet>"),
        "vpcSet.1.state: is req",
    ),
    (ec2("DescribeVpcs", "<vpcSet/><vpcSet/>"), "is there 2 times"),
    (ec2("DescribeVpcs", "<vpcSet>vpc-1</vpcSet>"), "a text stands for a list"),
    (
        ec2("DescribeVpcs", "<vpcSet><item><isDefault>no</isDefault></item></vpcSet>"),
        "not a boolean",
    ),
    (
        ec2("DescribeVpcs", "<vpcSet><item><state>Available</state></item></vpcSet>"),
        "'Available' is",
    ),
    (ec2("DescribeVpcs", '<vpcSet a="1"/>'), "has attributes"),
    (ec2("DescribeVpcs", '<vpcSet xmlns="http://other/"/>'), "is not of the namespace"),
    (ec2("CreateTags&ResourceId.1=a&Tag.1.Key=a", "<tag/>"), "without an output says"),
    (
        ec2(
            "DescribeVpcEndpoints",
            "<vpcEndpointSet><item><creationTimestamp>today</creationTimestamp></item></vpcEndpointSet>",
        ),
        "'today' is not a timestamp",
    ),
    (elb("DescribeTargetGroups", "<TargetGroups><item/></TargetGroups>"), "are called member"),
    (
        elb(
            "DescribeTargetGroups",
            "<TargetGroups><member><Port>0</Port></member></TargetGroups>",
        ),
        "0 is less than 1",
    ),
    (replace(ec2("DescribeVpcs", "<vpcSet/>"), response_headers={}), "the request id is 'id'"),
    (replace(ec2("DescribeVpcs", "<vpcSet/>"), response_body="<a>"), "is not XML"),
    (exchange("ec2", f"{EC2}DescribeVpcs", 400, "<Error/>"), "is not in the form of an error"),
    (refusal("NobodyKnowsThis", 400), "nobody knows the code NobodyKnowsThis"),
    (refusal("DependencyViolation", 409), "DependencyViolation with status 409"),
    (elb_refusal("ResourceInUseException", 400), "ResourceInUseException"),
    (elb_refusal("DuplicateListener", 400), "DuplicateListener with status 400"),
    (elb_refusal("ServiceUnavailable", 503), "is not of type Sender"),
]


@pytest.mark.parametrize("true", TRUE, ids=str)
def test_a_true_exchange_has_no_findings(true):
    """What AWS and its clients do is right."""
    assert [str(finding) for finding in judge(true)] == []


@pytest.mark.parametrize("side", ["request", "answer"])
def test_what_is_planted_is_found_on_its_side(side):
    """Each planted fault is named, and on the side that made it."""
    requests = [*FALSE_REQUESTS, *FALSE_REST_REQUESTS, *FALSE_XML_REQUESTS]
    for false, what in requests if side == "request" else FALSE_ANSWERS:
        findings = [str(finding) for finding in judge(false) if finding.side == side]
        assert any(what in finding for finding in findings), (what, findings)


def test_recordings_are_read_line_by_line_and_others_are_refused(tmp_path):
    """A file holds what the simulator hands over, one exchange a line."""
    row = {
        "method": "POST",
        "uri": "/",
        "request_headers": [["Host", "127.0.0.1"]],
        "request_body": "Action=DescribeVpcs",
        "status": 0,
        "response_headers": [],
        "response_body": "",
        "lost": False,
    }
    file = tmp_path / "recording"
    file.write_text(f"{json.dumps(row)}\n\n{json.dumps(row)}\n")
    assert [place for place, _ in read_files([file])] == ["recording:1", "recording:3"]
    assert next(read_files([file]))[1].request_headers == {"host": "127.0.0.1"}
    file.write_text(json.dumps({**row, "time": 0}))
    with pytest.raises(ValueError):
        list(read_files([file]))
