//! Counters and histograms of this process, as Prometheus reads them.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
    sync::Arc,
};

use model::{ExchangeEvent, event::Fault};

use crate::series::OTHER;

/// Upper bounds of the histograms' buckets, microseconds.
const BOUNDS: [u32; 15] = [
    500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
    5_000_000, 10_000_000, 30_000_000,
];
/// Services with histograms of their own; the rest share one.
const MAX_SERVICES: usize = 1_000;

/// Where the numbers of one kind of call are kept.
#[derive(Clone, Copy)]
pub(crate) struct MetricSlot {
    requests: u32,
    service: u32,
}

/// Counters and histograms since the process started.
pub(crate) struct Metrics {
    max_series: usize,
    requests: Vec<(RequestLabels, Counted)>,
    request_slots: HashMap<RequestLabels, u32>,
    services: Vec<(Arc<str>, ServiceMetrics)>,
    service_slots: HashMap<Arc<str>, u32>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct RequestLabels {
    service: Arc<str>,
    operation: Arc<str>,
    /// 1 to 5; 0 where there was no valid status.
    class: u8,
    fault: Fault,
}

/// Calls of one kind, and those of them whose request or response was not as its contract says.
#[derive(Default)]
struct Counted {
    all: u64,
    breaches: [u64; 2],
}

#[derive(Default)]
struct ServiceMetrics {
    duration: Histogram,
    upstream: Histogram,
    bytes_in: u64,
    bytes_out: u64,
}

#[derive(Default)]
struct Histogram {
    /// The last counts what is above every bound.
    buckets: [u64; BOUNDS.len() + 1],
    sum_us: u64,
}

impl Histogram {
    fn add(&mut self, us: u32) {
        self.buckets[BOUNDS.partition_point(|&bound| bound < us)] += 1;
        self.sum_us = self.sum_us.saturating_add(us.into());
    }
}

impl Metrics {
    pub(crate) fn new(max_series: usize) -> Metrics {
        Metrics {
            max_series,
            requests: Vec::new(),
            request_slots: HashMap::new(),
            services: Vec::new(),
            service_slots: HashMap::new(),
        }
    }

    /// Where to count calls like this one.
    pub(crate) fn slot(&mut self, event: &ExchangeEvent) -> MetricSlot {
        let (service, operation) = match &event.target {
            Some(target) => (Arc::clone(&target.key), Arc::clone(&target.operation)),
            None => (Arc::from(""), Arc::from("")),
        };
        let class = match event.status {
            100..=599 => (event.status / 100) as u8,
            _ => 0,
        };
        let service_slot = self.service_slot(service);
        let service = Arc::clone(&self.services[service_slot as usize].0);
        let mut labels = RequestLabels { service, operation, class, fault: event.fault };
        if !self.request_slots.contains_key(&labels) && self.requests.len() >= self.max_series {
            // Bounded beyond the cap too: one service, six classes, four faults.
            labels.service = OTHER.into();
            labels.operation = OTHER.into();
        }
        let slot = *self.request_slots.entry(labels.clone()).or_insert_with(|| {
            self.requests.push((labels, Counted::default()));
            (self.requests.len() - 1) as u32
        });
        MetricSlot { requests: slot, service: service_slot }
    }

    fn service_slot(&mut self, mut service: Arc<str>) -> u32 {
        if !self.service_slots.contains_key(&service) && self.services.len() >= MAX_SERVICES {
            service = OTHER.into();
        }
        *self.service_slots.entry(Arc::clone(&service)).or_insert_with(|| {
            self.services.push((service, ServiceMetrics::default()));
            (self.services.len() - 1) as u32
        })
    }

    pub(crate) fn add(&mut self, slot: MetricSlot, event: &ExchangeEvent) {
        let counted = &mut self.requests[slot.requests as usize].1;
        counted.all += 1;
        counted.breaches[0] += u64::from(event.breach.request);
        counted.breaches[1] += u64::from(event.breach.response);
        let service = &mut self.services[slot.service as usize].1;
        service.duration.add(event.duration_us);
        if event.attempts > 0 {
            service.upstream.add(event.upstream_us);
        }
        service.bytes_in = service.bytes_in.saturating_add(event.bytes_in);
        service.bytes_out = service.bytes_out.saturating_add(event.bytes_out);
    }

    pub(crate) fn write(&self, text: &mut String) {
        family(text, "pailou_requests_total", "counter", "Requests answered, by where they were routed.");
        for (labels, Counted { all: count, .. }) in &self.requests {
            let (service, operation) = (OfService(&labels.service), Label(&labels.operation));
            let (class, fault) = (labels.class, labels.fault.as_str());
            let operation = match &*labels.operation {
                "" => String::new(),
                _ => format!("operation=\"{operation}\","),
            };
            let _ = writeln!(
                text,
                "pailou_requests_total{{{service},{operation}status_class=\"{class}xx\",fault=\"{fault}\"}} {count}"
            );
        }
        self.breaches(text);
        let duration = "From a request's head to its response's last byte.";
        self.histograms(text, "pailou_request_duration_seconds", duration, |service| &service.duration);
        let upstream = "Of that, waiting for the upstream, where it was asked.";
        self.histograms(text, "pailou_upstream_duration_seconds", upstream, |service| &service.upstream);
        self.bytes(text, "pailou_request_bytes_total", "Bytes of request bodies.", |service| {
            service.bytes_in
        });
        self.bytes(text, "pailou_response_bytes_total", "Bytes of response bodies.", |service| {
            service.bytes_out
        });
    }

    /// Only where there are any.
    fn breaches(&self, text: &mut String) {
        let mut sums: BTreeMap<(&str, &str, &str), u64> = BTreeMap::new();
        for (labels, Counted { breaches, .. }) in &self.requests {
            for (of, count) in ["request", "response"].into_iter().zip(breaches).filter(|(_, n)| **n > 0) {
                *sums.entry((&labels.service, &labels.operation, of)).or_default() += count;
            }
        }
        if sums.is_empty() {
            return;
        }
        let help = "Requests and responses that were not as their contract says, where a policy looked.";
        family(text, "pailou_contract_breaches_total", "counter", help);
        for ((service, operation, of), count) in sums {
            let (service, operation) = (OfService(service), Label(operation));
            let _ = writeln!(
                text,
                "pailou_contract_breaches_total{{{service},operation=\"{operation}\",of=\"{of}\"}} {count}"
            );
        }
    }

    fn histograms(
        &self,
        text: &mut String,
        name: &str,
        help: &str,
        of: impl Fn(&ServiceMetrics) -> &Histogram,
    ) {
        family(text, name, "histogram", help);
        for (service, metrics) in &self.services {
            let (service, histogram) = (OfService(service), of(metrics));
            let mut below = 0;
            for (bound, count) in BOUNDS.iter().zip(&histogram.buckets) {
                below += count;
                let le = f64::from(*bound) / 1e6;
                let _ = writeln!(text, "{name}_bucket{{{service},le=\"{le:?}\"}} {below}");
            }
            let count = histogram.buckets.iter().sum::<u64>();
            let sum = histogram.sum_us as f64 / 1e6;
            let _ = writeln!(text, "{name}_bucket{{{service},le=\"+Inf\"}} {count}");
            let _ = writeln!(text, "{name}_sum{{{service}}} {sum}");
            let _ = writeln!(text, "{name}_count{{{service}}} {count}");
        }
    }

    fn bytes(&self, text: &mut String, name: &str, help: &str, of: impl Fn(&ServiceMetrics) -> u64) {
        family(text, name, "counter", help);
        for (service, metrics) in &self.services {
            let _ = writeln!(text, "{name}{{{}}} {}", OfService(service), of(metrics));
        }
    }
}

/// The head of a metric family.
pub(crate) fn family(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

/// A family of one number.
pub(crate) fn single(text: &mut String, name: &str, kind: &str, help: &str, value: impl std::fmt::Display) {
    family(text, name, kind, help);
    let _ = writeln!(text, "{name} {value}");
}

/// A label's value, escaped (text format 0.0.4).
pub(crate) struct Label<'a>(pub(crate) &'a str);

impl std::fmt::Display for Label<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for c in self.0.chars() {
            match c {
                '\\' => f.write_str("\\\\")?,
                '"' => f.write_str("\\\"")?,
                '\n' => f.write_str("\\n")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// The labels of a service: its name, behind its workspace where that is another than `default`.
struct OfService<'a>(&'a str);

impl std::fmt::Display for OfService<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (workspace, service) = model::unscoped(self.0);
        if workspace != model::DEFAULT_WORKSPACE {
            write!(f, "workspace=\"{}\",", Label(workspace))?;
        }
        write!(f, "service=\"{}\"", Label(service))
    }
}

#[cfg(test)]
mod tests {
    use super::{Label, OfService};

    #[test]
    fn a_service_of_a_tenant_is_told_apart_by_its_workspace() {
        assert_eq!(OfService("api/orders@v1").to_string(), "service=\"api/orders@v1\"");
        assert_eq!(OfService("acme:api/orders").to_string(), "workspace=\"acme\",service=\"api/orders\"");
    }

    #[test]
    fn labels_are_escaped() {
        assert_eq!(Label("a\"b\\c\nd").to_string(), "a\\\"b\\\\c\\nd");
    }
}
