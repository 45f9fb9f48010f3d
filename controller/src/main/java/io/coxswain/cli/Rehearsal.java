package io.coxswain.cli;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.coxswain.v1.Cluster;
import io.coxswain.v1.Cpu;
import io.coxswain.v1.ExplainResponse;
import io.coxswain.v1.GetVersionResponse;
import io.coxswain.v1.Health;
import io.coxswain.v1.Instance;
import io.coxswain.v1.Lifecycle;
import io.coxswain.v1.Link;
import io.coxswain.v1.ListClustersResponse;
import io.coxswain.v1.ListInstancesResponse;
import io.coxswain.v1.ListMachinesResponse;
import io.coxswain.v1.Machine;
import io.coxswain.v1.MachineRole;
import io.coxswain.v1.Observation;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Runs the commands that people type all day against canned answers, so that the JVM can record
 * what their start needs ({@code -XX:DumpLoadedClassList} or {@code -XX:AOTCacheOutput}). Part of
 * packaging; never of a running system.
 */
public final class Rehearsal {
  private static final String[][] PIECES = {
    {"cluster", "list"},
    {"cluster", "list", "-o", "wide"},
    {"cluster", "list", "-o", "json"},
    {"cluster", "list", "-o", "yaml"},
    {"cluster", "ls", "-o", "name"},
    {"cluster", "info", "c-7f3a"},
    {"cluster", "info", "c-7f3a", "-o", "json"},
    {"machine", "list"},
    {"machine", "list", "-o", "wide"},
    {"machine", "list", "-o", "json"},
    {"machine", "list", "-l", "rack=a1"},
    {"instance", "list"},
    {"why", "c-7f3a"},
    {"env", "c-7f3a"},
    {"version"},
    {"--version"},
    {"cluster", "nonsense"},
    {"cluster", "create", "--help"},
    {"operation", "list"},
    {"--help"}
  };

  private Rehearsal() {}

  /**
   * Plays all pieces, or with the words answer and SOCKET only answers there, for ever. Ends with
   * System.exit: what was recorded is written at an orderly end only.
   */
  public static void main(String[] args) throws IOException {
    if (args.length == 2 && args[0].equals("answer")) {
      try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        server.bind(UnixDomainSocketAddress.of(args[1]));
        prompt(server);
      }
    } else {
      perform();
    }
    System.exit(0);
  }

  private static void perform() throws IOException {
    Path directory = Files.createTempDirectory("cox");
    Path socket = directory.resolve("cox.sock");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      Thread prompter = new Thread(() -> prompt(server));
      prompter.setDaemon(true);
      prompter.start();
      for (String[] piece : PIECES) {
        String[] words = new String[piece.length + 2];
        System.arraycopy(piece, 0, words, 0, piece.length);
        words[piece.length] = "--socket";
        words[piece.length + 1] = socket.toString();
        Terminal terminal = Terminal.ofProcess();
        CoxMain.run(words, terminal);
        terminal.flush();
      }
    } finally {
      Files.deleteIfExists(socket);
      Files.delete(directory);
    }
  }

  static void prompt(ServerSocketChannel server) {
    while (server.isOpen()) {
      try (SocketChannel channel = server.accept()) {
        answer(channel);
      } catch (IOException e) {
        // The last piece is over.
        return;
      }
    }
  }

  private static void answer(SocketChannel channel) throws IOException {
    InputStream in = Channels.newInputStream(channel);
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        throw new EOFException();
      }
      head.append((char) c);
    }
    int from = head.indexOf("ontent-Length: ") + 15;
    in.readNBytes(Integer.parseInt(head.substring(from, head.indexOf("\r\n", from))));
    String method = head.substring(head.indexOf("/coxswain.v1.") + 13, head.indexOf(" HTTP"));
    Message message = message(method);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (message != null) {
      chunk(body, 0, message.toByteArray());
    }
    String trailers =
        message == null ? "grpc-status: 12\r\ngrpc-message: none%2C\r\n" : "grpc-status: 0\r\n";
    chunk(body, 0x80, trailers.getBytes(StandardCharsets.US_ASCII));
    body.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    String answerHead =
        String.join(
            "\r\n",
            "HTTP/1.1 200 OK",
            "content-type: application/grpc-web+proto",
            "transfer-encoding: chunked",
            "",
            "");
    channel.write(ByteBuffer.wrap(answerHead.getBytes(StandardCharsets.US_ASCII)));
    channel.write(ByteBuffer.wrap(body.toByteArray()));
  }

  private static void chunk(ByteArrayOutputStream body, int flags, byte[] message) {
    String size = Integer.toHexString(message.length + 5) + "\r\n";
    body.writeBytes(size.getBytes(StandardCharsets.US_ASCII));
    body.write(flags);
    body.writeBytes(ByteBuffer.allocate(4).putInt(message.length).array());
    body.writeBytes(message);
    body.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  private static @Nullable Message message(String method) {
    Instance instance =
        Instance.newBuilder()
            .setName("c-7f3a-0")
            .setClusterId("c-7f3a")
            .setLifecycle(Lifecycle.RUNNING)
            .setLink(Link.CONNECTED)
            .setHealth(Health.PASS)
            .setScheduler("IDLE")
            .setMachine("gpu01")
            .build();
    Cluster cluster =
        Cluster.newBuilder()
            .setId("c-7f3a")
            .setName("train")
            .setShape("8xH200")
            .setSize(1)
            .setStatus(Lifecycle.RUNNING)
            .setStatusLine("RUNNING (2 RUNNING)")
            .setCreatedAt(Timestamp.newBuilder().setSeconds(1_700_000_000L))
            .setSlurmConf("/etc/coxswain/clusters/c-7f3a/slurm.conf")
            .addPublicKeys("ssh-ed25519 AAAA me")
            .addInstances(instance)
            .build();
    return switch (method) {
      case "Clusters/ListClusters" ->
          ListClustersResponse.newBuilder().addClusters(cluster).build();
      case "Clusters/GetCluster" -> cluster;
      case "Clusters/Explain" -> ExplainResponse.newBuilder().addLines("it is well").build();
      case "Clusters/GetVersion" -> GetVersionResponse.newBuilder().setVersion("0").build();
      case "Instances/ListInstances" ->
          ListInstancesResponse.newBuilder().addInstances(instance).build();
      case "Machines/ListMachines" ->
          ListMachinesResponse.newBuilder().addMachines(machine()).build();
      default -> null;
    };
  }

  private static Machine machine() {
    return Machine.newBuilder()
        .setName("gpu01")
        .setRole(MachineRole.WORKER)
        .setShape("8xH200")
        .setLink(Link.CONNECTED)
        .setHealth(Health.PASS)
        .addInstances("c-7f3a-0")
        .putLabels("rack", "a1")
        .setObservation(
            Observation.newBuilder()
                .setMemoryBytes(1L << 41)
                .setCpu(Cpu.newBuilder().setThreads(192)))
        .build();
  }
}
