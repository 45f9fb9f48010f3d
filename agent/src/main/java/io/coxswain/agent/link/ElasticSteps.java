package io.coxswain.agent.link;

import io.coxswain.agent.step.ElasticSlot;
import io.coxswain.agent.step.EndResume;
import io.coxswain.agent.step.MakeElasticNodes;
import io.coxswain.v1.ElasticNodes;
import io.coxswain.v1.ResumeRefused;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Wire to step, for those that are about slots of power saving. All of it becomes arguments of
 * scontrol, which would read a second setting out of a value with a space in it.
 */
final class ElasticSteps {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
  private static final Pattern FEATURE = Pattern.compile("[A-Za-z0-9_]{1,100}");
  private static final Pattern GRES = Pattern.compile("|gpu(:[a-z0-9_.-]{1,60})?:[1-9][0-9]{0,3}");
  private static final Pattern REASON = Pattern.compile("[^\\p{Cntrl}]{1,400}");
  private static final int MOST = 1 << 20;

  private ElasticSteps() {}

  static MakeElasticNodes nodes(ElasticNodes wire) {
    String cluster = demand("elastic_nodes.cluster_id", NAME, wire.getClusterId());
    List<ElasticSlot> slots =
        wire.getSlotsList().stream().map(slot -> slot(cluster, slot)).toList();
    if (slots.stream().map(ElasticSlot::name).distinct().count() < slots.size()) {
      throw new IllegalArgumentException(
          "elastic_nodes.slots: a name twice (expected: each slot once)");
    }
    return new MakeElasticNodes(cluster, slots, Set.copyOf(wire.getKeptList()));
  }

  static EndResume refused(ResumeRefused wire) {
    return new EndResume(
        demand("resume_refused.cluster_id", NAME, wire.getClusterId()),
        demand("resume_refused.node", NAME, wire.getNode()),
        demand("resume_refused.reason", REASON, wire.getReason()));
  }

  private static ElasticSlot slot(String cluster, ElasticNodes.Slot wire) {
    String name = demand("elastic_nodes.slots.name", NAME, wire.getName());
    if (!name.startsWith(cluster + "-")) {
      throw new IllegalArgumentException(
          "elastic_nodes.slots.name: '" + name + "' (expected: begins with " + cluster + "-)");
    }
    return new ElasticSlot(
        name,
        demand("elastic_nodes.slots.feature", FEATURE, wire.getFeature()),
        demand("elastic_nodes.slots.gres", GRES, wire.getGres()),
        count("cpus", wire.getCpus()),
        count("boards", wire.getBoards()),
        count("sockets_per_board", wire.getSocketsPerBoard()),
        count("cores_per_socket", wire.getCoresPerSocket()),
        count("threads_per_core", wire.getThreadsPerCore()),
        memory(wire.getRealMemoryMib()));
  }

  private static String demand(String field, Pattern expected, String value) {
    if (!expected.matcher(value).matches()) {
      throw new IllegalArgumentException(
          field + ": '" + value + "' (expected: " + expected.pattern() + ")");
    }
    return value;
  }

  private static int count(String field, int value) {
    if (value < 1 || value > MOST) {
      throw new IllegalArgumentException(
          "elastic_nodes.slots."
              + field
              + ": "
              + Integer.toUnsignedString(value)
              + " (expected: 1 to "
              + MOST
              + ")");
    }
    return value;
  }

  private static long memory(long mib) {
    if (mib < 1 || mib > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "elastic_nodes.slots.real_memory_mib: "
              + Long.toUnsignedString(mib)
              + " (expected: at least 1)");
    }
    return mib;
  }
}
