package io.coxswain.controller.api.link;

import com.google.protobuf.ByteString;
import io.coxswain.controller.access.PeerIdentity;
import io.coxswain.controller.api.caller.Caller;
import io.coxswain.v1.AgentLinkGrpc;
import io.coxswain.v1.AgentMessage;
import io.coxswain.v1.ControllerMessage;
import io.coxswain.v1.EnrollRequest;
import io.coxswain.v1.EnrollResponse;
import io.coxswain.v1.RenewRequest;
import io.coxswain.v1.RenewResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;

/** What agents call. */
public final class AgentLinkService extends AgentLinkGrpc.AgentLinkImplBase {
  private final Enrolment enrolment;
  private final Reception reception;
  private final GrpcAgents agents;

  public AgentLinkService(Enrolment enrolment, Reception reception, GrpcAgents agents) {
    this.enrolment = enrolment;
    this.reception = reception;
    this.agents = agents;
  }

  @Override
  public void enroll(EnrollRequest request, StreamObserver<EnrollResponse> out) {
    String address = Caller.current().remote().map(InetAddress::getHostAddress).orElse("");
    Enrolment.Enrolled enrolled = enrolment.enroll(request, address);
    out.onNext(
        EnrollResponse.newBuilder()
            .setMachineId(enrolled.machineId())
            .setCertificate(der(enrolled.certificate()))
            .setCaCertificate(der(enrolment.authority()))
            .build());
    out.onCompleted();
  }

  @Override
  public void renew(RenewRequest request, StreamObserver<RenewResponse> out) {
    X509Certificate certificate =
        enrolment.renew(
            reception.admit(machineId(Caller.current())),
            request.getCertificateRequest().toByteArray());
    out.onNext(RenewResponse.newBuilder().setCertificate(der(certificate)).build());
    out.onCompleted();
  }

  @Override
  public StreamObserver<AgentMessage> connect(StreamObserver<ControllerMessage> out) {
    Caller caller = Caller.current();
    AgentSession.Peer peer =
        new AgentSession.Peer(
            machineId(caller), caller.certificateExpiresAt().orElse(Instant.MAX), caller.remote());
    return new AgentSession(
        peer, reception, agents, (ServerCallStreamObserver<ControllerMessage>) out);
  }

  private static String machineId(Caller caller) {
    return switch (caller.identity()) {
      case PeerIdentity.Agent agent -> agent.machineId();
      case PeerIdentity.LocalUser _, PeerIdentity.Anonymous _ ->
          throw new IllegalStateException(
              "caller: " + caller.identity() + " (expected: an agent; the gate lets in no other)");
    };
  }

  private static ByteString der(X509Certificate certificate) {
    try {
      return ByteString.copyFrom(certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("certificate: " + e.getMessage(), e);
    }
  }
}
