package io.coxswain.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.health.KernelEvent.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The driver's lines, as real drivers wrote them. */
class NvrmLinesTest {
  private final NvrmLines lines = new NvrmLines();

  @Test
  void everyXidLineIsUnderstood() {
    List<String> captured = Captured.lines("xid.txt");
    List<Integer> codes = new ArrayList<>();
    for (String line : captured) {
      List<KernelEvent> events = lines.read(line);
      assertThat(events).as(line).hasSize(1);
      assertThat(events.getFirst().subject()).as(line).matches("[0-9a-f]{4}:[0-9a-f]{2}:..\\.0");
      codes.add(
          switch (events.getFirst()) {
            case KernelEvent.Xid xid -> xid.code();
            case KernelEvent.Recovery _ -> 154;
            default -> -1;
          });
    }
    assertThat(codes)
        .containsExactly(
            13, 14, 31, 43, 45, 48, 51, 79, 79, 94, 94, 95, 109, 119, 145, 149, 149, 154, 154, 154);
  }

  @Test
  void aLineIsTakenApart() {
    assertThat(xid("MMU Fault"))
        .isEqualTo(
            new KernelEvent.Xid(
                31,
                "0000:00:07.0",
                Severity.PLAIN,
                OptionalLong.of(2_512_125),
                "python3.10",
                OptionalInt.empty(),
                "Ch 00000008, intr 00000000. MMU Fault: ENGINE GRAPHICS GPCCLIENT_T1_8 faulted @"
                    + " 0x73ac_1c000000. Fault is of type FAULT_PDE ACCESS_TYPE_VIRT_WRITE"));
  }

  @Test
  void aProcessThatTheDriverDoesNotKnowIsNone() {
    assertThat(xid("Contained: SM").pid()).isEmpty();
    assertThat(xid("Contained: SM").process()).isEmpty();
    assertThat(xid("79, pid=1122").pid()).hasValue(1122);
    assertThat(xid("79, pid=1122").message()).isEqualTo("GPU has fallen off the bus.");
  }

  @Test
  void thePartOfACutGpuBelongsToTheGpu() {
    assertThat(xid("GPU-I:05): 94").subject()).isEqualTo("0000:01:00.0");
    assertThat(xid("GPU-I:05): 94").code()).isEqualTo(94);
    assertThat(xid("GPU-I:05 GPU-CI:00").subject()).isEqualTo("0000:01:00.0");
    assertThat(xid("GPU-I:05 GPU-CI:00").code()).isEqualTo(13);
  }

  @Test
  void theLineSaysWhetherAResetIsNeeded() {
    assertThat(xid("CE User Channel").severity()).isEqualTo(Severity.PLAIN);
    assertThat(xid("FBHUB").severity()).isEqualTo(Severity.RESET);
    assertThat(xid("FBHUB", "RST: Yes, D-RST: No", "RST: No, D-RST: Yes").severity())
        .isEqualTo(Severity.RESET);
  }

  @Test
  void aProcessCannotCallItselfAReset() {
    assertThat(xid("CTX SWITCH", "pt_main_thread", "RST: Yes, D-RST").severity())
        .isEqualTo(Severity.PLAIN);
  }

  @Test
  void fatalAndNonfatalLinkErrorsAreToldApart() {
    assertThat(xid("RLW_RXPIPE").severity()).isEqualTo(Severity.PLAIN);
    assertThat(xid("NETIR_LINK_EVT").severity()).isEqualTo(Severity.FATAL);
    assertThat(xid("NETIR Fatal").severity()).isEqualTo(Severity.FATAL);
  }

  @Test
  void aFollowerNamesItsCause() {
    assertThat(xid("caused by previous").cause()).hasValue(149);
    assertThat(xid("FBHUB").cause()).isEmpty();
  }

  @Test
  void theRecoveryActionIsItsNumberWhateverTheWords() {
    assertThat(recovery("GPU Reset Required")).isEqualTo(1);
    assertThat(recovery("OS Reboot")).isEqualTo(2);
    assertThat(recovery("PF FLR")).isEqualTo(1);
  }

  @Test
  void whatTheDriverSaysBesideXidsIsUnderstood() {
    List<KernelEvent> events = new ArrayList<>();
    Captured.lines("driver.txt").forEach(line -> events.addAll(lines.read(line)));
    assertThat(events)
        .extracting(event -> event.getClass().getSimpleName() + " " + event.subject())
        .containsExactly(
            "ModuleLoaded ",
            "OffBus 0000:01:00.0",
            "OffBus 0000:02:00.0",
            "ApiMismatch ",
            "SXid 0000:05:00.0",
            "SXid 0000:c3:00.0");
  }

  @Test
  void linesInOneRecordAreReadLikeSeveral() {
    String record = String.join("\n", Captured.lines("driver.txt").subList(4, 7));
    assertThat(lines.read(record))
        .containsExactly(new KernelEvent.OffBus("0000:02:00.0", "GPU has fallen off the bus"));
  }

  @Test
  void theWrongModuleIsSeenWithItsGpu() {
    List<KernelEvent> events = new ArrayList<>();
    Captured.lines("source.txt").subList(2, 6).forEach(line -> events.addAll(lines.read(line)));
    assertThat(events).hasSize(1);
    assertThat(events.getFirst()).isInstanceOf(KernelEvent.WrongModule.class);
    assertThat(events.getFirst().subject()).isEqualTo("0000:3b:00.0");
  }

  @Test
  void aFatalSwitchErrorSaysSo() {
    assertThat(lines.read(Captured.line("11001")))
        .containsExactly(
            new KernelEvent.SXid(
                11001, "0000:00:00.0", true, "11001, Fatal, ingress invalid command"));
    assertThat(lines.read(Captured.line("12028")))
        .allMatch(event -> event instanceof KernelEvent.SXid sxid && !sxid.isFatal());
  }

  @Test
  void otherLinesAreNothing() {
    assertThat(lines.read("EXT4-fs (nvme0n1p2): mounted filesystem with ordered data mode"))
        .isEmpty();
    assertThat(lines.read("NVRM: Xid (PCI:0000:66:00): abc, pid=2280636")).isEmpty();
    assertThat(lines.read("")).isEmpty();
  }

  private KernelEvent.Xid xid(String text) {
    return (KernelEvent.Xid) lines.read(Captured.line(text)).getFirst();
  }

  /** The captured line with one thing changed. */
  private KernelEvent.Xid xid(String text, String from, String to) {
    return (KernelEvent.Xid) lines.read(Captured.line(text).replace(from, to)).getFirst();
  }

  private int recovery(String text) {
    return ((KernelEvent.Recovery) lines.read(Captured.line(text)).getFirst()).action();
  }
}
