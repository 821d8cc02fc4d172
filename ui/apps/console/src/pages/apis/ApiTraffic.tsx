import { Row, Select, Stack } from '@pailou/kit';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { RANGES, rangeOf, TrafficView } from '../../parts/TrafficView.tsx';

export function ApiTraffic() {
  const { id } = useParams({ from: '/shell/apis/$id' });
  const range = rangeOf(useSearch({ from: '/shell/apis/$id/traffic' }).range);
  const navigate = useNavigate({ from: '/apis/$id/traffic' });
  return (
    <Stack>
      <Row>
        <Select aria-label="Period" options={RANGES} value={range.value} onChange={(event) => void navigate({ search: { range: event.target.value }, replace: true })} />
      </Row>
      <TrafficView filter={{ api: id }} range={range} />
    </Stack>
  );
}
