package io.coxswain.controller.store;

import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** Puts the store's own words in place of the database's where a constraint refused a row. */
final class Refusal {
  private Refusal() {}

  static RuntimeException of(UnableToExecuteStatementException thrown, String message) {
    return SqlError.isConstraint(thrown) ? new StoreException(message, thrown) : thrown;
  }
}
