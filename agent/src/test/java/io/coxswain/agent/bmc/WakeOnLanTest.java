package io.coxswain.agent.bmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** A card is called by the packet that it knows. */
class WakeOnLanTest {
  private static final String MAC = "3c:ec:ef:00:12:ab";

  private static Access access(String host, int port) {
    return new Access(
        Access.Protocol.WOL, "gpu07", host, port, "", Password.of(new byte[0]), "", "", false, MAC);
  }

  @Test
  void theMagicPacketArrives() throws IOException {
    try (DatagramSocket card = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      card.setSoTimeout(10_000);
      WakeOnLan call = new WakeOnLan(access("127.0.0.1", card.getLocalPort()));
      call.switchOn();
      DatagramPacket heard = new DatagramPacket(new byte[512], 512);
      card.receive(heard);
      byte[] packet = Arrays.copyOf(heard.getData(), heard.getLength());
      assertThat(HexFormat.of().formatHex(packet))
          .isEqualTo("ffffffffffff" + "3cecef0012ab".repeat(16));
      assertThat(call.power()).isEqualTo(Power.UNKNOWN);
    }
  }

  @Test
  void itCanDoNothingElse() {
    WakeOnLan call = new WakeOnLan(access("", 9));
    assertThat(catchThrowableOfType(HostException.class, call::shutDown).reason())
        .isEqualTo(Reason.BMC_REFUSED);
    assertThat(catchThrowableOfType(HostException.class, call::cutOff))
        .hasMessage(
            "gpu07: its BMC (wake-on-lan "
                + MAC
                + ") can only be switched on (expected: redfish or ipmi)");
  }
}
