package io.coxswain.controller.api;

import io.coxswain.controller.api.caller.Caller;
import io.coxswain.controller.api.wire.HistoryToWire;
import io.coxswain.controller.api.wire.PowerToWire;
import io.coxswain.controller.reconcile.Bmcs;
import io.coxswain.controller.reconcile.Powers;
import io.coxswain.controller.spec.Secret;
import io.coxswain.v1.Bmc;
import io.coxswain.v1.GetBmcRequest;
import io.coxswain.v1.Operation;
import io.coxswain.v1.PowerGrpc;
import io.coxswain.v1.PowerMachineRequest;
import io.coxswain.v1.RemoveBmcRequest;
import io.coxswain.v1.RemoveBmcResponse;
import io.coxswain.v1.SetBmcRequest;
import io.coxswain.v1.StartInstanceRequest;
import io.coxswain.v1.StopInstanceRequest;
import io.grpc.stub.StreamObserver;

/** Machines' power, and their management controllers. */
final class PowerService extends PowerGrpc.PowerImplBase {
  private final Bmcs bmcs;
  private final Powers powers;

  PowerService(Bmcs bmcs, Powers powers) {
    this.bmcs = bmcs;
    this.powers = powers;
  }

  @Override
  public void setBmc(SetBmcRequest request, StreamObserver<Bmc> out) {
    Secret password = new Secret(request.getPasswordBytes().toByteArray());
    Requests.answer(
        out,
        PowerToWire.bmc(
            bmcs.set(
                request.getMachine(),
                PowerToWire.bmc(request),
                password,
                Caller.current().name())));
  }

  @Override
  public void getBmc(GetBmcRequest request, StreamObserver<Bmc> out) {
    Requests.answer(out, PowerToWire.bmc(bmcs.get(request.getMachine())));
  }

  @Override
  public void removeBmc(RemoveBmcRequest request, StreamObserver<RemoveBmcResponse> out) {
    bmcs.remove(request.getMachine(), Caller.current().name());
    Requests.answer(out, RemoveBmcResponse.getDefaultInstance());
  }

  @Override
  public void powerMachine(PowerMachineRequest request, StreamObserver<Operation> out) {
    Requests.requireRequestId(request.getRequestId());
    Powers.Wish wish =
        new Powers.Wish(
            request.getMachine(),
            PowerToWire.deed(request.getAction()),
            request.getForce(),
            Caller.current().name(),
            request.getRequestId());
    Requests.answer(out, HistoryToWire.operation(powers.ask(wish)));
  }

  @Override
  public void stopInstance(StopInstanceRequest request, StreamObserver<Operation> out) {
    Requests.requireRequestId(request.getRequestId());
    Requests.answer(
        out,
        HistoryToWire.operation(
            powers.stop(request.getName(), Caller.current().name(), request.getRequestId())));
  }

  @Override
  public void startInstance(StartInstanceRequest request, StreamObserver<Operation> out) {
    Requests.requireRequestId(request.getRequestId());
    Requests.answer(
        out,
        HistoryToWire.operation(
            powers.start(request.getName(), Caller.current().name(), request.getRequestId())));
  }
}
