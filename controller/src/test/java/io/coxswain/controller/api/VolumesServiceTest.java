package io.coxswain.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.Site;
import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Settled;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Secret;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.spec.Shape;
import io.coxswain.v1.GetClusterRequest;
import io.coxswain.v1.GetVolumeRequest;
import io.coxswain.v1.Lifecycle;
import io.coxswain.v1.Mount;
import io.coxswain.v1.Volume;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Volumes as people and their programs call them over the socket. */
final class VolumesServiceTest {
  private static final ClusterId C = new ClusterId("c-0001");
  private static final String DATA =
      "{\"name\":\"data\",\"type\":\"NFS\",\"source\":\"files:/export\",\"sizeGib\":\"10\"}";

  private final Site site = new Site();

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void aVolumeIsMadeShownChangedAndTakenOffTheList() {
    assertThat(json("POST", "/api/v1/volumes", DATA).status()).isEqualTo(200);
    assertThat(json("GET", "/api/v1/volumes/data", "").body())
        .contains("\"sizeGib\":\"10\"", "\"source\":\"files:/export\"");
    assertThat(json("PATCH", "/api/v1/volumes/data", "{\"deletionProtection\":true}").body())
        .contains("\"deletionProtection\":true", "\"sizeGib\":\"10\"");
    assertThat(json("POST", "/api/v1/volumes/data:destroy", "{}").body())
        .contains("deletion protection");
    json("PATCH", "/api/v1/volumes/data", "{\"deletionProtection\":false}");
    assertThat(json("POST", "/api/v1/volumes/data:destroy", "{}").status()).isEqualTo(200);
    assertThat(json("GET", "/api/v1/volumes/data", "").status()).isEqualTo(404);
  }

  @Test
  void nonsenseIsRefusedWithItsField() {
    for (String body :
        List.of(
            DATA.replace("files:/export", "files:/export\\nOptions=suid"),
            DATA.replace("NFS", "VOLUME_TYPE_UNSPECIFIED"),
            DATA.replace("\"data\"", "\"../data\""),
            DATA.replace("\"10\"", "\"18446744073709551615\""),
            DATA.replace("\"sizeGib\":\"10\"", "\"options\":\"uhelper=x\""))) {
      SocketClient.Answer answer = json("POST", "/api/v1/volumes", body);
      assertThat(answer.status()).as(body).isEqualTo(400);
      assertThat(answer.body()).as(body).contains("expected");
    }
  }

  @Test
  void whileItIsAttachedInstancesThatRunAreShownAsConfiguringAndStayWhatTheyAre() {
    json("POST", "/api/v1/volumes", DATA);
    cluster();
    assertThat(lifecycles()).containsOnly(Lifecycle.RUNNING);
    String wish = "{\"cluster\":\"c-0001\",\"requestId\":\"request-1\"}";
    String operation = json("POST", "/api/v1/volumes/data:attach", wish).body();
    assertThat(operation).contains("ATTACH_VOLUME");
    assertThat(json("POST", "/api/v1/volumes/data:attach", wish).body()).isEqualTo(operation);
    assertThat(lifecycles()).containsOnly(Lifecycle.CONFIGURING);
    assertThat(site.store().read(tx -> tx.instances(C)).stream().map(Instance::state))
        .containsOnly(InstanceState.RUNNING);
    Volume volume =
        site.call(
            "Volumes/GetVolume",
            GetVolumeRequest.newBuilder().setName("data").build(),
            Volume.parser());
    assertThat(volume.getAttachments(0).getPath()).isEqualTo("/mnt/data");
    assertThat(volume.getAttachments(0).getMountsList())
        .extracting(Mount::getInstance, Mount::getState, Mount::getDetail)
        .containsOnly(
            org.assertj.core.groups.Tuple.tuple(
                "c-0001-jumphost", Mount.State.WAITING, "its agent does not answer"));
    assertThat(json("POST", "/api/v1/volumes/data:attach", "{\"cluster\":\"c-0001\"}").body())
        .contains("request id");
  }

  private List<Lifecycle> lifecycles() {
    return site
        .call(
            "Clusters/GetCluster",
            GetClusterRequest.newBuilder().setName("c-0001").build(),
            io.coxswain.v1.Cluster.parser())
        .getInstancesList()
        .stream()
        .map(io.coxswain.v1.Instance::getLifecycle)
        .toList();
  }

  private void cluster() {
    Instant now = Instant.now();
    ClusterSpec spec =
        new ClusterSpec(
            C,
            "train",
            List.of(
                Nodepool.fixed(Nodepool.MAIN, new Shape(8, "H200"), 1, Selector.ANY, List.of())),
            List.of(),
            false,
            20_000,
            6820,
            "jumphost",
            ClusterSpec.Intent.RUN,
            "alice",
            now);
    Settled settled = new Settled("10.0.0.1", true, 2, List.of(), "22.05.8", "", true);
    site.store()
        .write(
            tx -> {
              tx.save(new Cluster(spec, new Secret(new byte[1024]), Optional.empty()));
              tx.save(
                  Instance.jumphost(C, now)
                      .leasing("m-gone")
                      .settled(settled)
                      .in(InstanceState.RUNNING, now, Optional.empty()));
              return true;
            });
  }

  private SocketClient.Answer json(String method, String path, String body) {
    return site.people().json(method, path, body);
  }
}
