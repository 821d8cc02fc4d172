"""Mocks of SOAP and gRPC called by zeep and grpcio, which are made of the same descriptions: clients.py WSDL-URL GRPC-ADDRESS PROTO FOLDER"""

import datetime
import importlib
import os
import sys

import grpc
import grpc_tools
import zeep
from grpc_tools import protoc

wsdl, address, proto, folder = sys.argv[1:]


def soap():
    client = zeep.Client(wsdl)
    booked = client.service.Book(room={"beds": 2})
    assert booked.number == 1 and booked.nights == 1, booked
    assert booked["from"] == datetime.datetime(2026, 1, 15, 12, tzinfo=datetime.timezone.utc), booked
    assert booked.Guest.name == "string" and booked.currency == "string", booked
    # Of the choice one branch came.
    assert booked.paid.cash is True and booked.paid.bank is None, booked
    assert client.bind("BookingService", "Two").Book(room={}).number == 1
    calculator = client.bind("BookingService", "Calculator")
    assert calculator.Add(a=1, b=2) == 1 and calculator.Negate(a=1) == 1
    try:
        client.service.Book(_soapheaders=None, room={"beds": "two"})
    except zeep.exceptions.Fault as fault:
        assert fault.code == "soap:Client" and "integer" in fault.message, vars(fault)
    else:
        raise AssertionError("what is no number was taken")
    failing = zeep.Client(wsdl)
    failing.transport.session.headers["Prefer"] = "code=500"
    try:
        failing.service.Book(room={})
    except zeep.exceptions.Fault as fault:
        assert fault.code == "soap:Server" and fault.detail[0].tag == "{urn:b}Full", vars(fault)
    else:
        raise AssertionError("nothing failed")


def remote():
    name = os.path.basename(proto)
    shared = os.path.join(os.path.dirname(grpc_tools.__file__), "_proto")
    flags = [f"-I{os.path.dirname(proto)}", f"-I{shared}", f"--python_out={folder}", f"--grpc_python_out={folder}"]
    assert protoc.main(["protoc", *flags, name]) == 0
    sys.path.insert(0, folder)
    module = name.removesuffix(".proto")
    messages, stubs = importlib.import_module(f"{module}_pb2"), importlib.import_module(f"{module}_pb2_grpc")
    with grpc.insecure_channel(address) as channel:
        orders = stubs.OrdersStub(channel)
        order, call = orders.Get.with_call(messages.GetRequest(id=7), timeout=10)
        assert call.code() == grpc.StatusCode.OK
        assert order.note == "string" and list(order.sizes) and order.lines[0].sku == "string", order
        assert order.placed.ToJsonString() == "2026-01-15T09:30:00Z", order.placed
        assert order.WhichOneof("paid") == "cash" and len(order.counts) == 1, order
        again = orders.Get(messages.GetRequest(id=7), timeout=10)
        assert again == order, "the same request has the same answer"
        zipped = orders.Get(messages.GetRequest(id=7), timeout=10, compression=grpc.Compression.Gzip)
        assert zipped == order, "compressed as it is without"
        try:
            orders.Get(messages.GetRequest(id=7), timeout=10, compression=grpc.Compression.Deflate)
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.UNIMPLEMENTED and "gzip" in error.details(), error
        else:
            raise AssertionError("what is compressed otherwise was read")
        assert len(list(orders.Watch(messages.GetRequest(id=7), timeout=10))) == 3
        assert orders.Put(iter([messages.Order(), messages.Order()]), timeout=10).note == "string"
        talk = orders.Talk(iter([messages.GetRequest(id=1), messages.GetRequest(id=2)]), timeout=10)
        assert len(list(talk)) == 2
        try:
            orders.Get(messages.GetRequest(id=7), timeout=10, metadata=[("prefer", "code=404")])
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.NOT_FOUND and "on purpose" in error.details(), error
        else:
            raise AssertionError("nothing failed")


soap()
remote()
print("zeep and grpcio are answered")
