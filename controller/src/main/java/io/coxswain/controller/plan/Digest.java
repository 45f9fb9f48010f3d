package io.coxswain.controller.plan;

import io.coxswain.controller.spec.Assignment.Group;
import io.coxswain.controller.spec.Assignment.Step;
import io.coxswain.controller.spec.Want;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * SHA-256 over what an assignment says, so that only a change of content makes a new generation.
 */
final class Digest {
  private Digest() {}

  static String of(List<Group> groups) {
    MessageDigest digest = sha256();
    for (Group group : groups) {
      add(digest, group.name() + group.after() + group.retry());
      for (Step step : group.steps()) {
        // A secret does not print itself; its bytes count all the same.
        add(digest, step.toString());
        if (step.want() instanceof Want.SecretFile file) {
          digest.update(file.content().bytes());
        }
        if (step.want() instanceof Want.Powered powered) {
          digest.update(powered.password().bytes());
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void add(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
