"""An action of Robusta: asks HolmesGPT why an alert fires, and adds the answer to the alert."""

import os

import requests
from robusta.api import MarkdownBlock, PrometheusKubernetesAlert, action

# The model runs on processors, and answers one after the other.
PATIENCE_SECONDS = 1800


def question(labels, annotations):
    told = "\n".join(f"{name}: {value}" for name, value in sorted(labels.items()))
    return (
        "An alert of this Kubernetes cluster fires. Find its most likely cause with your tools; change "
        "nothing. Answer in at most five sentences: the cause, what shows it, and what to look at next. "
        "Say so when you do not know.\n\n"
        f"{annotations.get('summary', '')}\n{annotations.get('description', '')}\n\n{told}"
    )


@action
def explain_alert(event: PrometheusKubernetesAlert):
    labels = event.alert.labels
    if labels.get("severity") != "critical":
        return
    # An answer that fails is raised: it is counted in playbooks_errors, and the alert is sent without.
    response = requests.post(
        f"{os.environ['HOLMES_ADDRESS']}/api/chat",
        json={"ask": question(labels, event.alert.annotations)},
        timeout=PATIENCE_SECONDS,
    )
    response.raise_for_status()
    analysis = response.json()["analysis"]
    event.add_enrichment([MarkdownBlock(f"*Why, as a model sees it*\n{analysis}")])
