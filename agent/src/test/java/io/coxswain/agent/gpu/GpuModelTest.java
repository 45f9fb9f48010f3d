package io.coxswain.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GpuModelTest {
  @ParameterizedTest
  @CsvSource({
    "NVIDIA H200, H200",
    "NVIDIA H200 NVL, H200",
    "NVIDIA H100 80GB HBM3, H100",
    "NVIDIA H100 PCIe, H100",
    "NVIDIA H100 NVL, H100",
    "NVIDIA H20, H20",
    "NVIDIA GH200 480GB, GH200",
    "NVIDIA A100-SXM4-80GB, A100",
    "NVIDIA A100-PCIE-40GB, A100",
    "NVIDIA A100 80GB PCIe, A100",
    "A100-SXM4-40GB, A100",
    "NVIDIA A800-SXM4-80GB, A800",
    "NVIDIA A10G, A10G",
    "NVIDIA A30, A30",
    "NVIDIA A40, A40",
    "NVIDIA L4, L4",
    "NVIDIA L40, L40",
    "NVIDIA L40S, L40S",
    "NVIDIA B200, B200",
    "NVIDIA B300 SXM6 AC, B300",
    "NVIDIA GB200, GB200",
    "Tesla T4, T4",
    "Tesla V100-SXM2-32GB, V100",
    "Tesla P100-PCIE-16GB, P100",
    "NVIDIA RTX A6000, A6000",
    "RTX A5000, A5000",
    "NVIDIA RTX 6000 Ada Generation, RTX6000Ada",
    "Quadro RTX 6000, RTX6000",
    "NVIDIA RTX PRO 6000 Blackwell Server Edition, RTXPRO6000Blackwell",
    "NVIDIA GeForce RTX 4090, RTX4090",
    "NVIDIA GeForce RTX 3080 Ti, RTX3080Ti",
    "NVIDIA GeForce RTX 4070 Ti SUPER, RTX4070TiSUPER",
    "NVIDIA GeForce GTX 1080 Ti, GTX1080Ti",
    "NVIDIA GeForce RTX 5090 D, RTX5090",
    "NVIDIA TITAN RTX, TITAN",
    "NVIDIA TITAN V, TITANV",
    "NVIDIA, NVIDIA",
  })
  void theModelIsWhatAShapeNames(String driverName, String model) {
    assertThat(GpuModel.of(driverName)).isEqualTo(model);
  }
}
