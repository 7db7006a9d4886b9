"""The manifests of deploy/kubernetes against the schemas of Kubernetes itself, strictly: a key that it does not know is
a fault. First of all, that a fault is seen."""

import copy
import sys
from pathlib import Path

import kubernetes_validate
import yaml

FOLDER = Path(__file__).parents[2] / "deploy/kubernetes"
# The oldest Kubernetes that the manifests are for, and the newest that is known here.
VERSIONS = ["1.30", kubernetes_validate.latest_version()]
# kustomize's own file is no object of Kubernetes; its build is checked by kubernetes.test.mjs.
NO_OBJECT = "kustomization.yaml"


def objects():
    """Each object with the name of its file."""
    for file in sorted(FOLDER.glob("*.yaml")):
        if file.name != NO_OBJECT:
            for found in yaml.safe_load_all(file.read_text()):
                yield file.name, found


def fault(found, version):
    """What is wrong with an object; None if nothing is."""
    try:
        kubernetes_validate.validate(found, version, strict=True)
    except kubernetes_validate.ValidationError as error:
        return f"{'.'.join(str(key) for key in error.path)}: {error.message}"
    except kubernetes_validate.SchemaNotFoundError as error:
        return error.message
    return None


def misspelt(deployment):
    """The same Deployment, wrong in one way each: keys that are not known, at the top and deep inside, a number that is
    a word, a kind that is not there any more."""
    changes = [
        lambda it: it["spec"].update(replica=2),
        lambda it: it["spec"]["template"]["spec"]["containers"][0].update(readynessProbe={}),
        lambda it: it["spec"].update(replicas="two"),
        lambda it: it.update(apiVersion="apps/v1beta1"),
    ]
    for change in changes:
        wrong = copy.deepcopy(deployment)
        change(wrong)
        yield wrong


def main():
    """Ends with 1 if anything is wrong, also with the check itself."""
    all_objects = list(objects())
    deployment = next(found for _, found in all_objects if found["kind"] == "Deployment")
    unseen = [wrong for version in VERSIONS for wrong in misspelt(deployment) if fault(wrong, version) is None]
    if unseen:
        sys.exit(f"the check sees no fault in: {unseen}")
    faults = [
        f"{name}: {found['kind']} {found['metadata']['name']}: {reason} (Kubernetes {version})"
        for name, found in all_objects
        for version in VERSIONS
        if (reason := fault(found, version))
    ]
    if faults:
        sys.exit("\n".join(faults))
    print(f"{len(all_objects)} objects are what Kubernetes {' and '.join(VERSIONS)} know; 4 faults were seen")


main()
