package io.coxswain.agent.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the one machine that they share; it is removed after the last of them. */
final class MachineExtension implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(MachineExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType().equals(Machine.class);
  }

  @Override
  public Machine resolveParameter(ParameterContext parameter, ExtensionContext context) {
    // Not the root's store: Maven runs each class as a root of its own. JUnit closes what is in it.
    return context
        .getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE)
        .computeIfAbsent(Machine.class, key -> boot(), Machine.class);
  }

  private static Machine boot() {
    try {
      return Machine.boot();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
