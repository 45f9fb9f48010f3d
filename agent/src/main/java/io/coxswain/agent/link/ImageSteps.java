package io.coxswain.agent.link;

import io.coxswain.agent.step.CompileSlurmPlugin;
import io.coxswain.agent.step.LoadImage;
import io.coxswain.agent.step.MakeContainer;
import io.coxswain.v1.ContainerMade;
import io.coxswain.v1.ImageLoaded;
import io.coxswain.v1.SlurmPlugin;
import java.util.regex.Pattern;

/**
 * Wire to step, for those that are about images. All of it becomes paths, arguments or lines that a
 * plugin reads as root, so that only what is plain passes, whoever sent it.
 */
final class ImageSteps {
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern CLUSTER = Pattern.compile("[a-z][a-z0-9-]{0,62}");
  // Names that begin with a letter, digit or underscore: neither . nor .. nor a space.
  private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9_][A-Za-z0-9._-]*){1,16}");
  private static final Pattern PLUGIN =
      Pattern.compile("/usr/local/lib/coxswain/[a-z][a-z0-9-]{0,30}\\.so");

  private ImageSteps() {}

  static LoadImage loaded(ImageLoaded wire) {
    if (wire.getSizeBytes() <= 0) {
      throw new IllegalArgumentException(
          "image_loaded.size_bytes: " + wire.getSizeBytes() + " (expected: at least 1)");
    }
    return new LoadImage(
        plain("image_loaded.digest", DIGEST, wire.getDigest()),
        switch (wire.getFormat()) {
          case OCI_ARCHIVE -> LoadImage.Format.OCI_ARCHIVE;
          case DOCKER_ARCHIVE -> LoadImage.Format.DOCKER_ARCHIVE;
          case FORMAT_UNSPECIFIED, UNRECOGNIZED ->
              throw new IllegalArgumentException(
                  "image_loaded.format: "
                      + wire.getFormat()
                      + " (expected: OCI_ARCHIVE or DOCKER_ARCHIVE)");
        },
        wire.getSizeBytes());
  }

  static MakeContainer container(ContainerMade wire) {
    return new MakeContainer(
        plain("container_made.cluster_id", CLUSTER, wire.getClusterId()),
        plain("container_made.digest", DIGEST, wire.getDigest()),
        wire.getBindsList().stream().map(ImageSteps::bind).toList());
  }

  static CompileSlurmPlugin plugin(SlurmPlugin wire) {
    return new CompileSlurmPlugin(
        plain("slurm_plugin.path", PLUGIN, wire.getPath()),
        StepDecoder.demand("slurm_plugin.source", wire.getSource()));
  }

  private static MakeContainer.Bind bind(ContainerMade.Bind wire) {
    return new MakeContainer.Bind(
        plain("container_made.binds.source", PATH, wire.getSource()),
        plain("container_made.binds.target", PATH, wire.getTarget()),
        wire.getReadOnly(),
        wire.getIsFile());
  }

  private static String plain(String field, Pattern form, String value) {
    if (!form.matcher(value).matches()) {
      throw new IllegalArgumentException(
          field + ": '" + value + "' (expected: " + form.pattern() + ")");
    }
    return value;
  }
}
