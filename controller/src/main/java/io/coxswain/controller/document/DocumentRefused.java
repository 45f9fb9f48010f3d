package io.coxswain.controller.document;

/** A document cannot be used; says file, line, key, offender and expectation. */
public final class DocumentRefused extends RuntimeException {
  public DocumentRefused(String message) {
    super(message);
  }
}
