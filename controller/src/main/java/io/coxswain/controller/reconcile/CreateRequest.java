package io.coxswain.controller.reconcile;

import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.spec.Shape;
import java.util.List;

/** A cluster somebody asks for. An empty name means: like the id. */
public record CreateRequest(
    String requestId,
    Shape shape,
    int size,
    String name,
    List<String> publicKeys,
    boolean isDeletionProtected,
    Selector selector,
    List<String> hosts,
    String createdBy) {
  public CreateRequest {
    publicKeys = List.copyOf(publicKeys);
    hosts = List.copyOf(hosts);
  }
}
