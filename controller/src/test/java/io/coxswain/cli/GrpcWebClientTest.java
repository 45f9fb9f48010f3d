package io.coxswain.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.cli.FakeController.Answer;
import io.coxswain.cli.FakeController.Frames;
import io.coxswain.v1.ExplainRequest;
import io.coxswain.v1.ExplainResponse;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wire: every framing that HTTP/1.1 and gRPC-Web allow, and those they do not. */
final class GrpcWebClientTest {
  private static final ExplainRequest REQUEST =
      ExplainRequest.newBuilder().setName("c-7f3a").build();
  private static final ExplainResponse LONG =
      ExplainResponse.newBuilder().addLines("x".repeat(100_000)).addLines("end").build();

  @TempDir Path directory;
  private FakeController controller;

  @BeforeEach
  void start() throws IOException {
    controller = new FakeController(directory);
  }

  @AfterEach
  void stop() throws IOException {
    controller.close();
  }

  private ExplainResponse call(Answer answer) throws IOException {
    controller.on("Clusters/Explain", answer);
    return new GrpcWebClient(controller.socket())
        .call("Clusters/Explain", REQUEST, ExplainResponse.parser(), Duration.ofSeconds(30));
  }

  private static Frames good() {
    return new Frames().frame(0, LONG.toByteArray()).trailers("grpc-status: 0\r\n");
  }

  @Test
  void anAnswerIsReadHoweverItIsFramed() throws IOException {
    assertThat(call(good().withLength())).isEqualTo(LONG);
    assertThat(call(good().untilClosed())).isEqualTo(LONG);
    assertThat(call(good().chunked(1))).isEqualTo(LONG);
    assertThat(call(good().chunked(4096))).isEqualTo(LONG);
    assertThat(call(good().chunked(1 << 20))).isEqualTo(LONG);
  }

  @Test
  void theRequestIsWhatGrpcWebAsksFor() throws IOException {
    call(good().withLength());
    FakeController.Call call = controller.calls("Clusters/Explain").getFirst();
    assertThat(call.head())
        .startsWith("POST /coxswain.v1.Clusters/Explain HTTP/1.1\r\n")
        .contains("Content-Type: application/grpc-web+proto\r\n")
        .contains("Grpc-Timeout: 30000m\r\n");
    assertThat(ExplainRequest.parseFrom(call.message())).isEqualTo(REQUEST);
  }

  @Test
  void aStatusInTheHeadNeedsNoBody() {
    Answer answer =
        FakeController.raw(
            String.join(
                "\r\n",
                "HTTP/1.1 200 OK",
                "Grpc-Status: 5",
                "Grpc-Message: no c-%C3%A9",
                "Content-Length: 0",
                "",
                ""));
    assertThatThrownBy(() -> call(answer))
        .isInstanceOfSatisfying(
            RpcException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RpcException.NOT_FOUND);
              assertThat(e).hasMessage("no c-\u00e9");
            });
  }

  @Test
  void aStatusAfterMessagesCounts() {
    Answer answer =
        new Frames()
            .frame(0, LONG.toByteArray())
            .trailers("grpc-status:13\r\ngrpc-message:oops\r\n")
            .chunked(9);
    assertThatThrownBy(() -> call(answer)).isInstanceOf(RpcException.class).hasMessage("oops");
  }

  @Test
  void anAnswerWithoutStatusIsALostConnection() {
    assertThatThrownBy(() -> call(FakeController.cut(LONG))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> call(FakeController.dropped())).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> call(new Frames().frame(0, LONG.toByteArray()).chunked(1000)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void whatIsNotGrpcWebIsRefused() {
    assertThatThrownBy(
            () -> call(FakeController.raw("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcException.UNIMPLEMENTED));
    assertThatThrownBy(() -> call(FakeController.raw("SSH-2.0-OpenSSH_9.2\r\n")))
        .isInstanceOf(IOException.class);
    Answer huge = FakeController.raw("HTTP/1.1 200 OK\r\n\r\n\0\u007f\u00ff\u00ff\u00ff");
    assertThatThrownBy(() -> call(huge)).hasMessage("the answer is not gRPC-Web");
    Answer compressed =
        new Frames().frame(1, new byte[3]).trailers("grpc-status: 0\r\n").withLength();
    assertThatThrownBy(() -> call(compressed)).hasMessage("the answer is not gRPC-Web");
  }

  @Test
  void noMessageAndTwoMessagesAreNoAnswerToOneQuestion() {
    assertThatThrownBy(() -> call(new Frames().trailers("grpc-status: 0\r\n").withLength()))
        .isInstanceOf(RpcException.class);
    byte[] one = ExplainResponse.getDefaultInstance().toByteArray();
    Answer two =
        new Frames().frame(0, one).frame(0, one).trailers("grpc-status: 0\r\n").withLength();
    assertThatThrownBy(() -> call(two)).isInstanceOf(RpcException.class);
  }

  @Test
  void silenceEndsAtTheDeadline() {
    controller.on("Clusters/Explain", FakeController.silent());
    GrpcWebClient client = new GrpcWebClient(controller.socket());
    assertThatThrownBy(
            () ->
                client.call(
                    "Clusters/Explain", REQUEST, ExplainResponse.parser(), Duration.ofMillis(50)))
        .isInstanceOfSatisfying(
            RpcException.class,
            e -> assertThat(e.code()).isEqualTo(RpcException.DEADLINE_EXCEEDED));
  }

  @Test
  void aStreamIsReadAsItArrives() throws IOException {
    ExplainResponse first = ExplainResponse.newBuilder().addLines("first").build();
    controller.on("Clusters/Explain", FakeController.endless(first, LONG));
    GrpcWebClient client = new GrpcWebClient(controller.socket());
    try (var replies = client.open("Clusters/Explain", REQUEST, ExplainResponse.parser(), null)) {
      assertThat(replies.next()).isEqualTo(first);
      assertThat(replies.next()).isEqualTo(LONG);
    }
    assertThat(controller.calls("Clusters/Explain").getFirst().head())
        .doesNotContain("Grpc-Timeout");
  }

  @Test
  void noServerIsToldFromALostOne() throws IOException {
    controller.close();
    assertThatThrownBy(() -> call(good().withLength())).isInstanceOf(ConnectException.class);
  }

  @Test
  void percentDecodingLeavesWhatIsNoCodeAlone() {
    assertThat(GrpcWebClient.percentDecoded("50%25 of %zz %4")).isEqualTo("50% of %zz %4");
    assertThat(GrpcWebClient.percentDecoded("%E2%9C%93").getBytes(StandardCharsets.UTF_8))
        .hasSize(3);
  }
}
