package io.coxswain.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.host.HostException;
import org.junit.jupiter.api.Test;

/** The kernel's files, as node_exporter would tell them. */
class NodeReaderTest {
  private final EightGpus machine = new EightGpus();

  @Test
  void theKernelsFilesBecomeNodeExportersSeries() {
    machine.withNode();
    assertThat(machine.page())
        .contains("\nnode_load1 2.5\n")
        .contains("\nnode_boot_time_seconds 1790000000\n")
        .contains("\nnode_memory_MemTotal_bytes 2163712000\n")
        .contains("\nnode_memory_MemAvailable_bytes 2048000000\n")
        .contains(
            "\nnode_filesystem_avail_bytes{device=\"/dev/nvme0n1p2\",fstype=\"ext4\",mountpoint=\"/\"}"
                + " 549755813888\n")
        .contains(
            "\nnode_filesystem_readonly{device=\"/dev/nvme1n1\",fstype=\"xfs\",mountpoint=\"/srv/a"
                + " b\"} 1\n")
        .doesNotContain("/bind")
        .doesNotContain("nfs4")
        .contains("\nnode_network_receive_bytes_total{device=\"eth0\"} 100\n")
        .contains("\nnode_network_transmit_drop_total{device=\"eth0\"} 6\n")
        .contains("\nnode_infiniband_state_id{device=\"mlx5_0\",port=\"1\"} 4\n")
        .contains(
            "\nnode_infiniband_rate_bytes_per_second{device=\"mlx5_0\",port=\"1\"} 50000000000\n")
        .contains(
            "\nnode_infiniband_port_data_received_bytes_total{device=\"mlx5_0\",port=\"1\"} 100\n")
        .contains("\nnode_infiniband_symbol_error_total{device=\"mlx5_0\",port=\"1\"} 7\n")
        .doesNotContain("node_infiniband_link_downed_total");
  }

  @Test
  void whatTheKernelDoesNotGiveIsAbsent() {
    machine.put("/proc/loadavg", "odd\n");
    assertThat(machine.page())
        .doesNotContain("node_load1")
        .doesNotContain("node_memory")
        .contains("node_time_seconds");
  }

  @Test
  void aDiskThatDoesNotAnswerLosesItsOwnSeriesAlone() {
    machine.put(
        "/proc/self/mountinfo",
        "30 1 8:1 / / rw - ext4 /dev/sda rw\n31 30 8:2 / /b rw - ext4 /dev/sdb rw\n");
    NodeSample read =
        new NodeReader(
                machine.host.files(),
                point -> {
                  if (point.equals("/b")) {
                    throw new HostException(HostException.Reason.IO_ERROR, "input/output error");
                  }
                  return new io.coxswain.agent.host.DiskSpace(2, 1);
                })
            .read();
    assertThat(read.fileSystems()).extracting(NodeSample.FileSystem::point).containsExactly("/");
  }
}
