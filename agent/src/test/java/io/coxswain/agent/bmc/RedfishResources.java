package io.coxswain.agent.bmc;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** What {@link RedfishService} answers, in the forms of DMTF's schemas. */
final class RedfishResources {
  private RedfishResources() {}

  static X509Certificate certificate(KeyPair key) throws Exception {
    X500Principal name = new X500Principal("CN=bmc.invalid");
    Instant now = Instant.now();
    return new JcaX509CertificateConverter()
        .getCertificate(
            new JcaX509v3CertificateBuilder(
                    name,
                    new BigInteger(64, new SecureRandom()),
                    // Real ones are long out of date, too.
                    Date.from(now.minus(Duration.ofDays(800))),
                    Date.from(now.minus(Duration.ofDays(70))),
                    name,
                    key.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate())));
  }

  static String root(boolean hasSessions) {
    String sessions =
        hasSessions
            ? "\"Links\": {\"Sessions\": {\"@odata.id\": \"/redfish/v1/SessionService/Sessions\"}},"
            : "\"Links\": {},";
    return """
        {"@odata.id": "/redfish/v1/", "@odata.type": "#ServiceRoot.v1_16_0.ServiceRoot",
         "Id": "RootService", "Name": "Root Service", "RedfishVersion": "1.18.0",
         "UUID": "92384634-2938-2342-8820-489239905423",
         "Systems": {"@odata.id": "/redfish/v1/Systems"},
         "Chassis": {"@odata.id": "/redfish/v1/Chassis"},
         "Tasks": {"@odata.id": "/redfish/v1/TaskService"},
         "SessionService": {"@odata.id": "/redfish/v1/SessionService"},
        """
        + sessions
        + "\"Oem\": {}}";
  }

  static String systems(List<String> systems) {
    StringBuilder members = new StringBuilder();
    for (String id : systems) {
      members
          .append(members.isEmpty() ? "" : ", ")
          .append("{\"@odata.id\": \"/redfish/v1/Systems/")
          .append(id)
          .append("\"}");
    }
    return """
        {"@odata.id": "/redfish/v1/Systems",
         "@odata.type": "#ComputerSystemCollection.ComputerSystemCollection",
         "Name": "Computer System Collection", "Members@odata.count": %d,
         "Members": [%s]}"""
        .formatted(systems.size(), members);
  }

  static String chassis() {
    return """
        {"@odata.id": "/redfish/v1/Chassis",
         "@odata.type": "#ChassisCollection.ChassisCollection",
         "Name": "Chassis Collection", "Members@odata.count": 1,
         "Members": [{"@odata.id": "/redfish/v1/Chassis/1"}]}""";
  }

  static String system(String id, String power, String target, String offered) {
    return """
        {"@odata.id": "/redfish/v1/Systems/%s",
         "@odata.type": "#ComputerSystem.v1_22_0.ComputerSystem",
         "Id": "%s", "Name": "System", "SystemType": "Physical", "SerialNumber": "437XR1138R2",
         "Status": {"State": "Enabled", "Health": "OK"}, "PowerState": %s, "BiosVersion": "P79",
         "ProcessorSummary": {"Count": 2, "Status": {"Health": null}},
         "MemorySummary": {"TotalSystemMemoryGiB": 2048.5},
         "Links": {"Chassis": [{"@odata.id": "/redfish/v1/Chassis/1"}]},
         "Actions": {"#ComputerSystem.Reset": {"target": %s, %s}}}"""
        .formatted(id, id, JsonText.quoted(power), JsonText.quoted(target), offered);
  }

  /** What a reset takes, beside the action or in a resource of its own. */
  static String offered(List<String> allowed, boolean hasActionInfo) {
    return hasActionInfo
        ? "\"@Redfish.ActionInfo\": \"/redfish/v1/Systems/1/ResetActionInfo\""
        : "\"ResetType@Redfish.AllowableValues\": [" + words(allowed) + "]";
  }

  private static String words(List<String> allowed) {
    return String.join(", ", allowed.stream().map(JsonText::quoted).toList());
  }

  static String actionInfo(List<String> allowed) {
    return """
        {"@odata.id": "/redfish/v1/Systems/1/ResetActionInfo",
         "@odata.type": "#ActionInfo.v1_4_0.ActionInfo",
         "Id": "ResetActionInfo", "Name": "Reset Action Info",
         "Parameters": [{"Name": "ResetType", "Required": true, "DataType": "String",
                         "AllowableValues": [%s]}]}"""
        .formatted(words(allowed));
  }

  static String task(String state, String message) {
    return """
        {"@odata.id": "/redfish/v1/TaskService/Tasks/5", "@odata.type": "#Task.v1_7_3.Task",
         "Id": "5", "Name": "Reset", "TaskState": "%s",
         "TaskMonitor": "/redfish/v1/TaskService/TaskMonitors/5", "Messages": [%s]}"""
        .formatted(state, message);
  }

  static String error(String id, String message) {
    return """
        {"error": {"code": "Base.1.18.GeneralError",
         "message": "A general error has occurred. See Resolution for information.",
         "@Message.ExtendedInfo": [
           {"@odata.type": "#Message.v1_2_0.Message", "MessageId": "Base.1.18.%s",
            "Message": %s, "Severity": "Critical", "Resolution": "None."}]}}"""
        .formatted(id, JsonText.quoted(message));
  }
}
