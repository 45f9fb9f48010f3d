package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.PowerOrder;
import io.coxswain.controller.spec.Bmc;
import io.coxswain.controller.spec.Secret;
import java.util.Optional;

/**
 * An order that has not ended, with what its agent needs for it.
 *
 * @param bmc of the machine; empty where none is known
 * @param password empty where there is none, or where it could not be opened
 * @param trouble why it could not be opened; empty when it could
 */
public record PowerView(
    PowerOrder order, Optional<Bmc> bmc, Optional<Secret> password, String trouble) {}
