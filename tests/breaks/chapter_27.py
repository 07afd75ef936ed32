"""How each claim of chapter 27 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "who-finds-lesions",
        'GANS = {"thief + encoder": "scans gan", "autoencoder": "scans autoencoder"}',
        'GANS = {"thief + encoder": "scans autoencoder", "autoencoder": "scans gan"}',
        "the autoencoder in the thief's place",
    ),
    Break(
        "who-finds-lesions",
        '"40 components": anomaly.of_components(healthy, 40)',
        '"40 components": anomaly.of_components(healthy, 2)',
        "two components in the place of forty",
    ),
    Break(
        "healthy-scans-must-be-new",
        "broken = told_from(healthy[: len(fresh)])",
        "broken = told_from(fresh)",
        "new scans in both tests",
    ),
    Break(
        "healthy-scans-must-be-new",
        "fixed = told_from(fresh)",
        "fixed = told_from(healthy[200:400])",
        "scans of the training set in both tests",
    ),
    Break(
        "lesions-gone-and-invented",
        '1 - per_seed(f"scans to {share} ill", "ill", "own"),',
        'per_seed(f"scans to {share} ill", "ill", "own"),',
        "lesions that are shown, counted as gone",
    ),
    Break(
        "lesions-gone-and-invented",
        "gone_and_invented(lambda x: truth[id(x)])",
        "gone_and_invented(lambda x: x)",
        "scans of the first machine, taken for the second's",
    ),
    Break(
        "the-shipped-translators-again",
        "again = {s: gone_and_invented(AB) for s, AB in translators.items()}",
        "again = {s: gone_and_invented(translators['half']) for s in translators}",
        "three times the same translator",
    ),
    Break(
        "the-shipped-translators-again",
        "mr_pairs = scans.mr(pairs_of).flatten()",
        "mr_pairs = scans.mr(pairs_of.but(contrast=0.0)).flatten()",
        "a table that was learned from bodies without lesions",
    ),
    Break(
        "who-was-there",
        "SIZES = (30, 100, 1000)",
        "SIZES = (1000, 100, 30)",
        "few and many exchanged",
    ),
    Break(
        "who-was-there",
        "return D(x)",
        "return -D(x)",
        "a low logit taken for a member's",
    ),
    Break(
        "who-was-there",
        "return -torch.cdist(x.flatten(1), pictures.flatten(1)).amin(1)",
        "return torch.cdist(x.flatten(1), pictures.flatten(1)).amin(1)",
        "far fakes taken for near ones",
    ),
    Break(
        "before-any-training",
        "by_police(untaught, outside[:250]), by_police(untaught, outside[250:])",
        "by_police(untaught, outside[:250]), by_police(untaught, outside[250:] + 1)",
        "strangers who are brighter than the others",
    ),
    Break(
        "no-attack-exceeds-it",
        "a = math.exp(-epsilon)",
        "a = math.exp(-2 * epsilon)",
        "too little noise for this promise",
    ),
    Break(
        "no-attack-exceeds-it",
        "return 1 / (1 + math.exp(-epsilon))",
        "return 1 / (1 + math.exp(-epsilon / 2))",
        "a bound for half of epsilon",
    ),
    Break(
        "no-attack-exceeds-it",
        "(2, *counts.shape), 1 - math.exp(-epsilon)",
        "(2, *counts.shape), math.exp(-epsilon)",
        "dice with another law than the one that was promised",
    ),
    Break(
        "privacy-has-a-price",
        "return (counts + more - less).clamp(min=0)",
        "return counts",
        "counts without noise, so without a price",
    ),
    Break(
        "privacy-has-a-price",
        "beards = torch.tensor([[0.5, 0.5, 1, 1], [0.5, 0.5, 0, 0]]) / 4",
        "beards = torch.full((2, 4), 0.5) / 4",
        "another town's law",
    ),
    Break(
        "down-to-a-coin",
        "verdict = p / (p + q) < 0.5",
        "verdict = p / (p + q) < 0.3",
        "an alarm only where D* is rather sure",
    ),
    Break(
        "down-to-a-coin",
        "tv = float((p - q).abs().sum()) * step / 2",
        "tv = float((p - q).abs().sum()) * step",
        "twice the total variation",
    ),
    Break(
        "one-in-a-thousand",
        "alarms = hits * base + false * (1 - base)",
        "alarms = hits * base + false * base",
        "as many real pictures as forged ones",
    ),
    Break(
        "seen-and-unseen",
        'per_seed(who, t, "accuracy")',
        '1 - per_seed(who, t, "accuracy")',
        "wrong verdicts counted as right",
    ),
    Break(
        "seen-and-unseen",
        "return back.transpose(3, 4).reshape(x.shape).clamp(0, 1)",
        "return back.reshape(x.shape).clamp(0, 1)",
        "blocks laid out in the wrong order",
    ),
    Break(
        "the-shipped-detector-again",
        'eye = eyes["detector"]',
        "eye = forgery.Detector()",
        "a detector that has learned nothing",
    ),
    Break(
        "two-folders",
        "learned, accuracy = tested(jpeg, png)",
        "learned, accuracy = tested(jpeg, jpeg)",
        "both folders compressed alike",
    ),
    Break(
        "two-folders",
        "alike = tested(jpeg, jpeg)[1]",
        "alike = tested(png, jpeg)[1]",
        "two formats again",
    ),
    Break(
        "doubling-leaves-a-trace",
        "wave = torch.cos(math.pi * k / 32).abs()",
        "wave = torch.cos(math.pi * k / 32).square()",
        "the factor of linear interpolation",
    ),
    Break(
        "doubling-leaves-a-trace",
        "fake = F.interpolate(small_set, scale_factor=2.0, mode=mode)",
        "fake = other_set",
        "portraits that nobody has doubled",
    ),
    Break(
        "told-by-the-spectrum",
        "made = forgery.spectrum(x)",
        "made = forgery.spectrum(real.flip(0))",
        "real portraits in the place of forgeries",
    ),
]
