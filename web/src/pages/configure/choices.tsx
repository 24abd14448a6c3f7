// What may be done without asking again: taking a machine in another region, and another machine
// when the cloud takes this one away.

import type { Shape } from "../../api/client.ts";
import { statedRegion } from "../../lib/names.ts";
import { Card, CheckBox } from "../../ui/index.ts";
import type { Fields } from "./draft.ts";

interface ChoiceProps {
  offer: Shape<"OfferView">;
  fields: Fields;
  change: (patch: Partial<Fields>) => void;
}

/** Nothing where the cloud names no region. */
export const RegionCard = ({ offer, fields, change }: ChoiceProps) =>
  statedRegion(offer.region) !== null && (
    <Card title="Region">
      <CheckBox
        label="Any region if this one is full"
        aria-describedby="any-region-hint"
        checked={fields.any_region}
        onChange={(event) => change({ any_region: event.target.checked })}
      />
      <p id="any-region-hint" className="mt-1 text-label text-mute">
        If {offer.region} is full, we look for as good a machine at your price or below:
        {fields.any_region ? " anywhere." : " in the same country only."}
      </p>
    </Card>
  );

const lossOf = ({ spot }: Shape<"OfferView">): string =>
  spot ? "this spot machine back" : "the machine away";

export const RelaunchCard = ({ offer, fields, change }: ChoiceProps) => (
  <Card title="If the machine is lost">
    <CheckBox
      label={`Deploy again if the cloud takes ${lossOf(offer)}`}
      aria-describedby="relaunch-hint"
      checked={fields.relaunch}
      onChange={(event) => change({ relaunch: event.target.checked })}
    />
    <p id="relaunch-hint" className="mt-1 text-label text-mute">
      The pod then gets a new machine at the same price, and you pay for it from the moment it
      answers, without being asked again. What was on the disk is lost either way.
    </p>
  </Card>
);
